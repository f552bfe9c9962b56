// Lines on their way out of the page: to the clipboard, or into a file.
import { fieldsOf } from './line.js';
import { plain } from './text.js';
import { exact } from './time.js';

/** In lines of one piece of a file: a hundred thousand joined at once would hold the page up for longer. */
const PIECE = 5000;

/** A line as text, its time in the zone of the page: safe to show in any terminal. */
export function textOf(line, how = 'utc') {
  if (line.kind === 'gap') return `--- ${line.message} ---`;
  const fields = fieldsOf(line).map(([name, value]) => ` ${plain(name)}=${plain(value)}`).join('');
  const level = (line.level === 'none' ? '-' : line.level.toUpperCase()).padEnd(5);
  return `${exact(line.timestamp, how)} ${level} ${line.channel} ${plain(line.message)}${fields}`;
}

/** A line as the gateway sent it, its data token for token. */
export function jsonOf(line) {
  if (line.kind === 'gap')
    return JSON.stringify({ type: 'gap', reason: line.reason, lost: line.lost, from: line.from, to: line.to });
  return `{"channel":"${line.channel}","id":"${line.id}","timestamp":${line.timestamp},"data":${line.text}}`;
}

/** Puts the text on the clipboard; whether that worked. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (insecureOrRefused) { // a page that came over plain HTTP from another machine has no navigator.clipboard
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'unseen';
    const focused = document.activeElement;
    (document.querySelector('dialog[open]') ?? document.body).append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    focused?.focus({ preventScroll: true });
    return copied;
  }
}

/**
 * Lets the browser save the lines.
 *
 * @param view { channels, time }
 * @param kind 'ndjson' or 'text'
 */
export function save(lines, { channels, time }, kind) {
  const write = kind === 'ndjson' ? jsonOf : line => textOf(line, time);
  const pieces = [];
  let piece = [];
  for (const line of lines) {
    piece.push(write(line), '\n');
    if (piece.length >= 2 * PIECE) {
      pieces.push(piece.join(''));
      piece = [];
    }
  }
  pieces.push(piece.join(''));
  const blob = new Blob(pieces, { type: kind === 'ndjson' ? 'application/x-ndjson' : 'text/plain;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = nameOf(channels, kind === 'ndjson' ? 'ndjson' : 'log');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The name of the file: the first channel and the time, in characters that every file system takes. */
function nameOf(channels, extension) {
  const channel = (channels[0] ?? 'logs').replaceAll('*', 'all').replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80);
  return `${channel}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${extension}`;
}
