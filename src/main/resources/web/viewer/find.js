// The browser's own search sees only the rows in sight. This one looks through all lines that are shown.
import { byId } from '../shared/dom.js';
import { needle } from '../shared/text.js';
import { contains } from './wanted.js';

/** In milliseconds of a turn: counting a hundred thousand lines takes several. */
const TURN = 8;

export class Find {
  #bar = byId('find');
  #field = byId('find-text');
  #count = byId('find-count');
  #lines;
  #on;
  #needle = null;
  #counting = 0;

  /**
   * @param on { show(line), mark(needle or null), current() the number of the line that one is at, or null, closed() }
   */
  constructor(lines, on) {
    this.#lines = lines;
    this.#on = on;
    this.#field.addEventListener('input', () => this.#look());
    this.#bar.addEventListener('submit', event => {
      event.preventDefault();
      this.#go(false);
    });
    this.#field.addEventListener('keydown', event => {
      if (event.key === 'Enter' && event.shiftKey) {
        event.preventDefault();
        this.#go(true);
      } else if (event.key === 'Escape') {
        event.stopPropagation();
        this.close();
      }
    });
    byId('find-back').addEventListener('click', () => this.#go(true));
    byId('find-close').addEventListener('click', () => this.close());
  }

  /** The text to look for and to mark; null when there is none. */
  get needle() {
    return this.#needle;
  }

  /** Whether the keyboard is in it: then its key is the browser's. */
  get isUsed() {
    return document.activeElement === this.#field;
  }

  open() {
    this.#bar.hidden = false;
    this.#field.focus();
    this.#field.select();
    this.#look();
  }

  close() {
    if (this.#bar.hidden) return;
    this.#bar.hidden = true;
    this.#needle = null;
    this.#counting++;
    this.#on.mark(null);
    this.#on.closed();
  }

  #look() {
    this.#needle = needle(this.#field.value);
    this.#on.mark(this.#needle);
    this.#tally(++this.#counting, 0, 0);
  }

  #tally(round, place, found) {
    if (round !== this.#counting) return;
    if (this.#needle === null) {
      this.#count.textContent = '';
      return;
    }
    const end = performance.now() + TURN;
    let at = place;
    for (; at < this.#lines.shown && (at % 64 !== 0 || performance.now() < end); at++)
      if (this.#has(this.#lines.at(at))) found++;
    const over = at >= this.#lines.shown;
    this.#count.textContent = over ? found === 0 ? 'none'
        : `${found.toLocaleString('en')} ${found === 1 ? 'line' : 'lines'}` : '…';
    if (!over) setTimeout(() => this.#tally(round, at, found));
  }

  #has(line) {
    return line.kind === 'log' && contains(line, this.#needle);
  }

  #go(back) {
    if (this.#needle === null || this.#lines.shown === 0) return;
    const current = this.#on.current();
    const count = this.#lines.shown;
    const at = current === null ? back ? count : -1 : this.#lines.placeOf(current);
    for (let step = 1; step <= count; step++) {
      const line = this.#lines.at((((back ? at - step : at + step) % count) + count) % count);
      if (this.#has(line)) {
        this.#on.show(line);
        return;
      }
    }
    this.#count.textContent = 'none';
  }
}
