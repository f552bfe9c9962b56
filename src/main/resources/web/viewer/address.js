// What the page shows, in its address: so a view can be linked to, reloaded and found again. The token never is.
import { LEVELS } from '../shared/line.js';
import { TIMES } from '../shared/time.js';

/** Where a stream may begin: the value, which is that of the gateway's parameter, and what people are told. */
export const STARTS = [
  ['tail=0', 'new lines only'], ['tail=100', 'last 100'], ['tail=1000', 'last 1,000'], ['tail=10000', 'last 10,000'],
  ['since=15m', 'last 15 min'], ['since=1h', 'last hour'], ['since=24h', 'last 24 hours'], ['since=0', 'all there is'],
];
const FIRST_START = 'tail=1000';

/** Reads the address of the page. */
export function read(location) {
  const parameters = new URLSearchParams(location.search);
  const levels = (parameters.get('levels') ?? '').split(',').filter(level => LEVELS.includes(level));
  const start = parameters.has('since') ? 'since=' + parameters.get('since') : parameters.has('tail') ? 'tail='
      + parameters.get('tail') : FIRST_START;
  return {
    channels: parameters.getAll('channels').flatMap(list => list.split(',')).map(name => name.trim())
        .filter(name => name !== ''),
    start,
    text: parameters.get('q') ?? '',
    levels: new Set(parameters.has('levels') ? levels : LEVELS),
    time: TIMES.includes(parameters.get('time')) ? parameters.get('time') : TIMES[0],
    line: /^#[0-9]+-[0-9]+$/.test(location.hash) ? location.hash.slice(1) : null,
  };
}

/** The query and fragment that [read] reads back; what is as at first is left out. */
export function write(view) {
  const parameters = [];
  if (view.channels.length > 0) parameters.push('channels=' + view.channels.map(encoded).join(','));
  if (view.start !== FIRST_START) parameters.push(view.start.split('=').map(encoded).join('='));
  if (view.text !== '') parameters.push('q=' + encodeURIComponent(view.text));
  if (view.levels.size < LEVELS.length)
    parameters.push('levels=' + LEVELS.filter(level => view.levels.has(level)).join(','));
  if (view.time !== TIMES[0]) parameters.push('time=' + view.time);
  return (parameters.length > 0 ? '?' + parameters.join('&') : '') + (view.line === null ? '' : '#' + view.line);
}

/** In milliseconds since 1970, 1990: the gateway takes a smaller number for one of seconds. */
const EARLIEST = 631_152_000_000;

/** The view that shows this line with what was written in the minute before it. */
export function around(view, line) {
  const from = line.timestamp - 60_000;
  return { ...view, start: 'since=' + (from < EARLIEST ? 0 : from), line: line.id };
}

/** Readable where a query allows it. */
function encoded(text) {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%40', '@');
}
