// One line as one row of the page.
import { element } from './dom.js';
import { canLoad } from './gap.js';
import { columnOf, fieldsOf, traceOf } from './line.js';
import { hasEscapes, strip } from './ansi.js';
import { ROW_CHARACTERS, around, cut, show } from './text.js';
import { exact, timeOf } from './time.js';
import { unescaped } from './unescaped.js';

/** So many hues tell channels apart; the style sheet has them. */
const HUES = 6;
/** In characters: a hit further behind may be out of sight. */
const IN_SIGHT = 160;
/** In characters of a stack trace; the open line shows all of it. */
const TRACE_CHARACTERS = 4000;
/** In characters around a hit that is out of sight. */
const BEFORE = 30;
const AFTER = 60;

/**
 * Builds the row of a line.
 *
 * @param look { time, needle, skip, parts, wrap, columns }: how to show the time, what to mark, how many segments of a
 *             channel go without saying, whether what it is made of has names for the style sheets of a page around it,
 *             whether text wraps and line feeds end lines, and the members that have columns of their own
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
  const short = beginning(line);
  show(told, short, look.needle, look.wrap);
  message.append(told);
  if (line.own !== null) message.prepend(element('span', { className: 'own', title: 'The line’s own time: '
    + exact(line.own, look.time) + '. The gateway received it at the time on the left.' },
        timeOf(line.own, look.time)));
  if (short.length < ROW_CHARACTERS - 1) fields(message, line, look);
  if (look.wrap) trace(message, line, look);
  excerpt(message, told, line, look);
  const level = line.level === 'none' ? '' : line.level;
  const columns = look.columns?.length > 0
    ? [element('span', { className: 'columned', role: 'presentation' },
      ...look.columns.map(path => column(line, path, look)))] : [];
  return element('div', { className: 'row level-' + line.level, role: 'row', id: 'row-' + line.number,
    dataset: { id: line.id, number: line.number } },
  element('div', { className: 'summary', role: 'presentation' },
    time(line, look),
    element('span', { className: 'level', role: 'gridcell' }, level),
    channel(line, look),
    ...columns,
    message));
}

function gapRow(line, look) {
  const told = element('span', { className: 'told', title: line.message }, line.message);
  const message = element('span', { className: 'message', role: 'gridcell' }, told);
  if (line.before !== null && line.after !== null) {
    const [before, after] = [line.before, line.after]
        .map(at => timeOf(at, look.time === 'relative' ? 'local' : look.time));
    message.append(element('span', { className: 'between' }, `between ${before} and ${after}`));
  }
  if (look.gaps && canLoad(line))
    message.append(element('button', { type: 'button', className: 'load', tabIndex: -1 }, 'Load',
        element('span', { className: 'rest' }, ' what is left of them')));
  return element('div', { className: 'row gap', role: 'row', id: 'row-' + line.number,
      dataset: { number: line.number } },
    element('div', { className: 'summary', role: 'presentation' }, time(line, look), message));
}

function time(line, look) {
  return element('time', { className: 'time', role: 'gridcell', title: exact(line.timestamp, look.time) },
    timeOf(line.timestamp, look.time));
}

/** The name of the channel. Only its last segment stands out, because that one differs most. */
function channel(line, look) {
  const parts = line.channel.split(':').slice(Math.max(1, look.skip));
  const last = parts.pop() ?? line.channel;
  const owner = element('span', { className: 'owner' });
  const shown = element('bdi', {}, owner);
  show(owner, parts.map(part => part + ':').join(''), look.needle);
  show(shown, last, look.needle);
  return element('span', { className: 'channel hue-' + hue(line.channel), role: 'gridcell', title: line.channel },
      shown);
}

function column(line, path, look) {
  const value = element('bdi', { dataset: { name: path } });
  show(value, columnOf(line, path), look.needle);
  return element('span', { className: 'column', role: 'gridcell', title: path }, value);
}

function fields(message, line, look) {
  for (const [name, value] of fieldsOf(line, look.columns)) {
    const shown = element('bdi', { className: 'value' });
    show(shown, value, look.needle);
    const key = element('bdi', { className: 'key' });
    show(key, cut(name, 60) + '=', look.needle);
    message.append(element('span', { className: 'field' }, key, shown));
  }
}

/** A stack trace below the message, unless the message is that trace itself. */
function trace(message, line, look) {
  const text = traceOf(line);
  if (text === null || text === line.message) return;
  const shown = element('bdi', { className: 'trace' });
  show(shown, cut(text, TRACE_CHARACTERS), look.needle, true);
  message.append(shown);
}

/** A hit that the row does not show, or far behind, is shown before its message with a little of what is around it. */
function excerpt(message, told, line, look) {
  if (look.needle === null) return;
  const mark = message.querySelector('mark');
  const seen = mark === null ? null : around(message.textContent, look.needle, BEFORE, AFTER);
  if (mark !== null && (look.wrap || seen === null || seen.at < IN_SIGHT)) return;
  const found = seen ?? around(line.plain ??= strip(line.message), look.needle, BEFORE, AFTER)
    ?? around(unescaped(line.text), look.needle, BEFORE, AFTER);
  if (found === null) return; // in the channel
  const shown = element('bdi', { className: 'excerpt', title: 'Found further behind' });
  show(shown, found.text, look.needle);
  told.before(shown);
}

/** As much of the message as a row has room for; colours are dropped where they would leave none of it for the text. */
function beginning(line) {
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
