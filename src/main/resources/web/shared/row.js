// One line as one row of the page.
import { element } from './dom.js';
import { fieldsOf } from './line.js';
import { hasEscapes, strip } from './ansi.js';
import { ROW_CHARACTERS, cut, show } from './text.js';
import { exact, timeOf } from './time.js';

/** So many hues tell channels apart; the style sheet has them. */
const HUES = 6;

/**
 * Builds the row of a line.
 *
 * @param look { time, needle, skip, parts }: how to show the time, what to mark, how many segments of a channel go
 * without saying, and
 *             whether what it is made of has names for the style sheets of a page around it
 */
export function rowOf(line, look) {
  const row = line.kind === 'gap' ? gapRow(line, look) : logRow(line, look);
  if (look.parts) name(row, line);
  return row;
}

function name(row, line) {
  row.setAttribute('part', line.kind === 'gap' ? 'row gap' : 'row row-' + line.level);
  for (const part of ['time', 'level', 'channel', 'message']) row.querySelector('.' + part)?.setAttribute('part', part);
}

/** Writes the time into a row once more: one that is relative changes by itself. */
export function retime(row, line, look) {
  const cell = row.querySelector('.time');
  if (cell) cell.textContent = timeOf(line.timestamp, look.time);
}

function logRow(line, look) {
  const message = element('span', { className: 'message', role: 'gridcell' });
  const told = element('bdi', { className: 'told' });
  const short = excerpt(line);
  show(told, short, look.needle);
  message.append(told);
  if (short.length < ROW_CHARACTERS - 1) fields(message, line, look.needle);
  const level = line.level === 'none' ? '' : line.level;
  return element('div', { className: 'row level-' + line.level, role: 'row', id: 'row-' + line.number,
      dataset: { id: line.id, number: line.number } },
    element('div', { className: 'summary', role: 'presentation' },
      time(line, look),
      element('span', { className: 'level', role: 'gridcell' }, level),
      channel(line, look),
      message));
}

function gapRow(line, look) {
  return element('div', { className: 'row gap', role: 'row', id: 'row-' + line.number,
      dataset: { number: line.number } },
    element('div', { className: 'summary', role: 'presentation' },
      time(line, look), element('span', { className: 'message', role: 'gridcell' },
      element('span', { className: 'told' }, line.message))));
}

function time(line, look) {
  return element('time', { className: 'time', role: 'gridcell', title: exact(line.timestamp) },
      timeOf(line.timestamp, look.time));
}

/** What comes before the last segment in quiet: that one differs most. */
function channel(line, look) {
  const parts = line.channel.split(':').slice(Math.max(1, look.skip));
  const last = parts.pop() ?? line.channel;
  return element('span', { className: 'channel hue-' + hue(line.channel), role: 'gridcell', title: line.channel },
    element('bdi', {}, element('span', { className: 'owner' }, parts.map(part => part + ':').join('')), last));
}

function fields(message, line, needle) {
  for (const [name, value] of fieldsOf(line)) {
    const shown = element('bdi', { className: 'value' });
    show(shown, value, needle);
    const key = element('bdi', { className: 'key' });
    show(key, cut(name, 60) + '=', needle);
    message.append(element('span', { className: 'field' }, key, shown));
  }
}

/** As much of the message as a row has room for; colours are dropped where they would leave none of it for the text. */
function excerpt(line) {
  const start = cut(line.message, ROW_CHARACTERS);
  if (start.length === line.message.length || !hasEscapes(start) || strip(start).length > ROW_CHARACTERS / 2)
    return start;
  return cut(line.plain ??= strip(line.message), ROW_CHARACTERS);
}

function hue(text) {
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) >>> 0;
  return hash % HUES;
}
