// An open line: all of its message, its data, and the actions for it.
import { element } from './dom.js';
import { jsonOf, long } from './json.js';
import { exact } from './time.js';

/** In characters of a message: more is shown when asked. */
const MAX_MESSAGE = 10_000;
/** In characters: so much of a message of one line its row shows as well, and the data says it once more. */
const SHORT = 100;

/**
 * @param needle what to mark, or null
 * @param actions { copy(line), copyJson(line), link(line), around(line), time, fields }, `link` and `around` null where
 *                they are no use; `time` is the zone of times, and `fields` whether names of members are buttons
 */
export function detailOf(line, needle, actions) {
  const parts = [];
  const kind = line.text[0];
  const structured = kind === '{' || kind === '[';
  if (kind === '"' || structured && line.message !== line.text
      && (line.message.length > SHORT || /[\n\x1b]/.test(line.message))) {
    const message = element('pre', { className: 'whole' });
    long(message, line.message, MAX_MESSAGE, needle);
    parts.push(message);
  }
  if (kind !== '"') parts.push(jsonOf(line.text, needle, actions.fields));
  const button = (name, action) => element('button', { type: 'button', on: { click: () => action(line) } }, name);
  return element('div', { className: 'detail', role: 'gridcell', 'aria-label': 'Details' },
    element('dl', { className: 'facts' },
      ...[['Time', exact(line.timestamp, actions.time)], ...line.own === null ? []
      : [['Own time', exact(line.own, actions.time)]],
        ['Channel', line.channel], ['Id', line.id]]
        .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)))),
    ...parts,
    element('div', { className: 'detail-actions' }, button('Copy line', actions.copy),
    button('Copy JSON', actions.copyJson),
      actions.link === null ? '' : button('Copy link', actions.link),
      actions.around === null ? '' : button('Show among all lines', actions.around)));
}
