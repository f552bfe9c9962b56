// The menu of how lines are shown: times, wrapping, counts and columns.
import { byId, element } from '../shared/dom.js';
import { COLUMNS, COUNTS } from './settings.js';

const NAMES = { time: 'Time', level: 'Level', channel: 'Channel', fields: 'Other members' };
const MOST = 8;

export class ViewMenu {
  #time = byId('time');
  #wrap = byId('wrap');
  #counts = byId('show-counts');
  #columns = byId('columns');
  #heads = byId('heads');
  #scroller;
  #settings;
  #changed;

  /** @param changed is told { time }, { wrap }, { hidden } or { columns } */
  constructor(scroller, changed) {
    this.#scroller = scroller;
    this.#changed = changed;
    this.#time.addEventListener('change', () => changed({ time: this.#time.value }));
    this.#wrap.addEventListener('change', () => changed({ wrap: this.#wrap.checked }));
    this.#counts.addEventListener('change', () => this.toggle(COUNTS));
    byId('column-form').addEventListener('submit', event => {
      event.preventDefault();
      const field = byId('column');
      this.add(field.value.trim());
      field.value = '';
    });
  }

  /** A column for the member at this path. */
  add(path) {
    const { columns } = this.#settings;
    if (path !== '' && path.length <= 200 && !columns.includes(path) && columns.length < MOST)
      this.#changed({ columns: [...columns, path] });
  }

  /** Hides a column or the counts, or shows them again. */
  toggle(name) {
    const { hidden } = this.#settings;
    this.#changed({ hidden: hidden.includes(name) ? hidden.filter(one => one !== name) : [...hidden, name] });
  }

  show(settings, time) {
    this.#settings = settings;
    const { wrap, hidden, columns } = settings;
    this.#time.value = time;
    this.#wrap.checked = wrap;
    this.#counts.checked = !hidden.includes(COUNTS);
    this.#scroller.classList.toggle('wrap', wrap);
    for (const name of COLUMNS) this.#scroller.classList.toggle('no-' + name, hidden.includes(name));
    this.#columns.replaceChildren(
      ...COLUMNS.map(name => element('label', { className: 'item' }, element('span', {}, NAMES[name]),
        element('input', { type: 'checkbox', checked: !hidden.includes(name),
          on: { change: () => this.toggle(name) } }))),
      ...columns.map(path => element('div', { className: 'item' }, element('bdi', {}, path),
      element('button', { type: 'button', className: 'plain small',
        title: 'Remove', 'aria-label': 'Remove the column ' + path, on: { click: event => {
          event.stopPropagation();
          this.#changed({ columns: columns.filter(one => one !== path) });
        } } }, '×'))));
    this.#head(settings);
  }

  /** Names above the columns, once some were chosen. */
  #head(settings) {
    const { columns } = settings;
    this.#heads.hidden = columns.length === 0;
    this.#scroller.parentElement.classList.toggle('has-heads', columns.length > 0);
    for (const name of COLUMNS) this.#heads.classList.toggle('no-' + name, settings.hidden.includes(name));
    const head = (name, text) => element('span', { className: name }, text);
    this.#heads.replaceChildren(element('div', { className: 'summary' }, head('time', 'Time'), head('level', 'Level'),
        head('channel', 'Channel'),
      ...columns.map(path => head('column', path)), head('message', 'Message')));
  }
}
