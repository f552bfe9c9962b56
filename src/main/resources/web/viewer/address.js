// The address of the page says what the page shows. So people can link to a view, reload it and find it again. The
// address never has the token.
import { LEVELS } from '../shared/line.js';
import { timeIn } from '../shared/shape.js';
import { TIMES } from '../shared/time.js';
import { MOST } from './wanted.js';

/** Where a stream may begin: the value of the gateway's parameter, and the words for people. */
export const STARTS = [
  ['tail=0', 'new lines only'], ['tail=100', 'last 100'], ['tail=1000', 'last 1,000'], ['tail=10000', 'last 10,000'],
  ['since=15m', 'last 15 min'], ['since=1h', 'last hour'], ['since=24h', 'last 24 hours'], ['since=0', 'all there is'],
];
export const FIRST_START = 'tail=1000';

/**
 * Reads the address of the page.
 *
 * @param kept the settings that hold where the address names none
 */
export function read(location, kept = {}) {
  const parameters = new URLSearchParams(location.search);
  const start = parameters.has('since') ? 'since=' + parameters.get('since')
    : parameters.has('tail') ? 'tail=' + parameters.get('tail') : FIRST_START;
  const time = parameters.get('time') ?? kept.time;
  const range = parameters.has('until')
      ? { since: timeOf(parameters.get('since')), until: timeOf(parameters.get('until')) } : null;
  return {
    channels: parameters.getAll('channels').flatMap(list => list.split(',')).map(name => name.trim())
        .filter(name => name !== ''),
    start: range === null ? start : FIRST_START,
    range,
    ...filterIn(parameters),
    time: TIMES.includes(time) ? time : TIMES[0],
    line: /^#[0-9]+-[0-9]+$/.test(location.hash) ? location.hash.slice(1) : null,
  };
}

/** The query and fragment that [read] reads back. It leaves out values that are the default, or that are kept. */
export function write(view, kept = {}) {
  const parameters = [];
  if (view.channels.length > 0) parameters.push('channels=' + view.channels.map(encoded).join(','));
  if (view.range !== null)
    for (const [name, value] of Object.entries(view.range))
      if (value !== null || name === 'until') parameters.push(name + '=' + (value ?? ''));
  if (view.range === null && view.start !== FIRST_START) parameters.push(view.start.split('=').map(encoded).join('='));
  parameters.push(...filterOf(view));
  if (view.time !== (kept.time ?? TIMES[0])) parameters.push('time=' + view.time);
  return (parameters.length > 0 ? '?' + parameters.join('&') : '') + (view.line === null ? '' : '#' + view.line);
}

/** The part of a view that filters: { text, regex, not, where, levels }, of an address's parameters. */
export function filterIn(parameters) {
  const levels = (parameters.get('levels') ?? '').split(',').filter(level => LEVELS.includes(level));
  return {
    text: parameters.get('q') ?? '',
    regex: parameters.get('regex') === '1',
    not: parameters.getAll('not').filter(text => text !== '').slice(0, MOST),
    where: parameters.getAll('where').filter(text => text.indexOf('=') > 0).slice(0, MOST),
    levels: new Set(parameters.has('levels') ? levels : LEVELS),
  };
}

/** The parameters that [filterIn] reads back, `name=value` each; an empty list when all lines are shown. */
export function filterOf({ text, regex, not, where, levels }) {
  return [...text === '' ? [] : ['q=' + encodeURIComponent(text), ...regex ? ['regex=1'] : []],
    ...not.map(one => 'not=' + encodeURIComponent(one)), ...where.map(one => 'where=' + encodeURIComponent(one)),
    ...levels.size < LEVELS.length ? ['levels=' + LEVELS.filter(level => levels.has(level)).join(',')] : []];
}

/** The view that shows the line among those around it. */
export function around(view, line) {
  return { ...view, start: FIRST_START, range: null, line: line.id };
}

function timeOf(text) {
  return timeIn(text) ?? timeIn(Number(text));
}

/** Readable where a query allows it. */
function encoded(text) {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%40', '@');
}
