// A line: the parts of an event that the viewer keeps.
import { LEVELS as NAMED, levelOf } from './levels.js';
import { differs, errorText, membersOf, messageOf, ownTimeOf, stackOf, valueAt } from './shape.js';

/** From the gravest to the lightest; the last is for those that name none. */
export const LEVELS = [...NAMED, 'none'];

/** In characters: beyond it a line is not looked through for members to show beside its message. */
const MAX_PARSED = 10_000;
const MAX_FIELDS = 24;
const MAX_VALUE = 120;
/** In characters of a column. */
const MAX_COLUMN = 300;
/** In characters: what a gap says may change. */
const GAP = 300;

/**
 * An event of the log: { kind: 'log', id, channel, timestamp, level, message, said, own, text, plain }.
 *
 * `said` is the member that holds the message, or null; `own` the time that the entry itself names where that is not
 * the gateway's, or null.
 */
export function lineOf(event) {
  const { id, channel, timestamp, text } = event;
  const data = dataOf(text);
  const { text: found, member } = messageOf(data);
  const isObject = data !== null && typeof data === 'object' && !Array.isArray(data);
  const own = ownTimeOf(data);
  return { kind: 'log', id, channel, timestamp, level: levelOf(data) ?? 'none',
    message: found !== '' || isObject || typeof data === 'string' ? found : text, said: member,
    own: own !== null && differs(own.at, timestamp) ? own.at : null, text };
}

/** How much of the page's memory it holds, in characters. */
export function weight(line) {
  return line.kind === 'gap' ? GAP : 100 + line.message.length + line.text.length;
}

/** The members beside the message, as [name, value] pairs: the error first. */
export function fieldsOf(line, but = []) {
  if (line.text.length > MAX_PARSED || line.text[0] !== '{') return [];
  const data = dataOf(line.text);
  const own = ownTimeOf(data);
  const said = new Set([line.said, own?.member, ...but]);
  return membersOf(data, said, line.said).slice(0, MAX_FIELDS)
    .map(([name, value]) => [name, short(textOf(value), MAX_VALUE)]);
}

/** The stack trace beside the message, with its line feeds; null when there is none. */
export function traceOf(line) {
  return line.text.length > MAX_PARSED || line.text[0] !== '{' ? null : stackOf(dataOf(line.text));
}

/** The value at a dotted path, as a column shows it; the empty text when there is none. */
export function columnOf(line, path) {
  const value = valueAt(dataOf(line.text), path);
  return value === undefined ? '' : short(typeof value === 'string' ? value : textOf(value), MAX_COLUMN);
}

function textOf(value) {
  if (typeof value === 'string') return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
  return errorText(value) ?? JSON.stringify(value);
}

function short(text, most) {
  return text.length > most ? text.slice(0, most) + '…' : text;
}

/** The value of the text; null when it is nested too deeply to be parsed. */
function dataOf(text) {
  try {
    return JSON.parse(text);
  } catch (tooDeep) {
    return null;
  }
}
