// The lines on screen: of a hundred thousand, only those rows are in the document that one sees.
import { retime, rowOf } from './row.js';

/** So many rows beyond either edge, so that a quick scroll shows no blank. */
const BEYOND = 8;
/** In pixels: nearer to the end than that is at the end. */
const NEAR = 4;
/** In lines that are open at a time: each keeps its elements, wherever it is. */
const MAX_OPEN = 50;

/**
 * A window over the lines.
 *
 *     scroller ┌──────────────┐  space: as high as all lines would be
 *              │  window      │  the rows in sight, in the order in which they stand, moved to where they belong
 *              └──────────────┘
 *
 * All rows are of one height, but for those that are open; so what stands where is arithmetic, and nothing else is
 * measured. While it follows, the last line stays in sight; scrolling up ends that, and from then on the line at the
 * top edge stays where it is, whatever comes, goes or is filtered out.
 */
export class Rows {
  #scroller;
  #space;
  #window;
  #lines;
  #detail;
  #changed;
  #rows = new Map();
  #open = new Map();
  /** Of the open lines those that are let through, by their place. */
  #opened = [];
  /** The line that was opened last, until one sees what it shows. */
  #reveal = null;
  #height = 22;
  #anchor = { number: 0, above: 0 };
  /** The number of the line that is kept in the middle, or null. */
  #kept = null;
  #set = 0;
  #frame = 0;
  #stale = false;
  #end = new AbortController();
  #resize;
  #measure = new ResizeObserver(entries => this.#measured(entries));

  /** Whether the last line is kept in sight. */
  following = true;
  /** How many lines came since it no longer is. */
  unseen = 0;
  /** The number of the line that the keyboard is on, or null. */
  current = null;
  /** The number of the line that the page's address names, or null. */
  target = null;
  look = { time: 'local', needle: null, skip: 1 };

  /**
   * @param scroller the element that scrolls; in it `.space`, and in that `.window`
   * @param detail makes the element that an open line shows below itself
   * @param changed is told after what is in sight has changed
   */
  constructor(scroller, lines, detail, changed) {
    this.#scroller = scroller;
    this.#space = scroller.querySelector('.space');
    this.#window = scroller.querySelector('.window');
    this.#lines = lines;
    this.#detail = detail;
    this.#changed = changed;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true, signal: this.#end.signal });
    this.#resize = new ResizeObserver(() => {
      this.#height = Number.parseFloat(getComputedStyle(this.#space).getPropertyValue('--row')) || this.#height;
      this.request();
    });
    this.#resize.observe(scroller);
  }

  /** Leaves the scroller to another. */
  end() {
    cancelAnimationFrame(this.#frame);
    this.shutAll();
    cancelAnimationFrame(this.#frame);
    this.#end.abort();
    this.#resize.disconnect();
    this.#measure.disconnect();
    this.#window.replaceChildren();
  }

  /** Draws with the next frame. */
  request() {
    this.#frame ||= requestAnimationFrame(() => this.draw());
  }

  /** Builds every row anew with the next frame: what rows look like has changed. */
  rebuild() {
    this.#stale = true;
    this.request();
  }

  /** Counts lines that were appended. */
  added(count) {
    if (!this.following) this.unseen += count;
    this.request();
  }

  follow() {
    this.following = true;
    this.#kept = null;
    this.unseen = 0;
    this.current = null;
    this.request();
  }

  /** Stays where it is. */
  stay() {
    if (!this.following) return;
    this.following = false;
    this.#remember();
    this.request();
  }

  /** Keeps this line in the middle, however many come before and behind it, until one scrolls. */
  show(line) {
    this.following = false;
    this.#kept = line.number;
    this.request();
  }

  showFirst() {
    this.following = false;
    this.#kept = null;
    this.#moveTo(0);
    this.request();
  }

  /** Puts the keyboard on the line so many further down, or up. */
  step(by) {
    this.#scroller.focus({ preventScroll: true }); // a screen reader follows `aria-activedescendant` only from there
    if (this.#lines.shown === 0) return;
    const from = this.current === null
        ? this.#placeAt(this.#scroller.scrollTop + (by > 0 ? 0 : this.#scroller.clientHeight)) - (by > 0 ? 1 : 0)
        : this.#lines.placeOf(this.current);
    const place = Math.min(this.#lines.shown - 1, Math.max(0, from + by));
    this.following = false;
    this.#kept = null;
    this.current = this.#lines.at(place).number;
    const top = this.#top(place);
    const bottom = top + this.#height;
    if (top < this.#scroller.scrollTop) this.#moveTo(top);
    else if (bottom > this.#scroller.scrollTop + this.#scroller.clientHeight)
      this.#moveTo(bottom - this.#scroller.clientHeight);
    this.#remember();
    this.request();
  }

  isOpen(number) {
    return this.#open.has(number);
  }

  /** Opens the line, or closes it. */
  toggle(line) {
    this.#kept = null;
    this.stay();
    const open = this.#open.get(line.number);
    if (open) this.#shut(line.number);
    else {
      if (this.#open.size === MAX_OPEN) this.#shut(this.#open.keys().next().value);
      const element = this.#detail(line);
      this.#open.set(line.number, { element, height: 0 });
      this.#measure.observe(element);
      this.#reveal = line.number;
    }
    const row = this.#rows.get(line.number);
    if (row) this.#dress(row, line.number);
    this.request();
  }

  /** Shuts all lines that are open. */
  shutAll() {
    for (const number of [...this.#open.keys()]) this.#shut(number);
    this.rebuild();
  }

  /** Writes relative times anew. */
  retime() {
    for (const [number, row] of this.#rows) {
      const line = this.#lines.get(number);
      if (line !== null) retime(row, line, this.look);
    }
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const count = this.#lines.shown;
    for (const number of this.#open.keys()) if (this.#lines.get(number) === null) this.#shut(number);
    this.#places();
    this.#space.style.height = this.#top(count) + 'px';
    if (this.following) this.#moveTo(this.#top(count) - this.#scroller.clientHeight);
    else if (this.#kept !== null)
      this.#moveTo(
          Math.max(0, this.#top(this.#lines.placeOf(this.#kept)) - (this.#scroller.clientHeight - this.#height) / 2));
    else if (count > 0) this.#moveTo(this.#top(this.#lines.placeOf(this.#anchor.number)) + this.#anchor.above);
    const first = Math.max(0, this.#placeAt(this.#scroller.scrollTop) - BEYOND);
    const last = Math.min(count, this.#placeAt(this.#scroller.scrollTop + this.#scroller.clientHeight) + 1 + BEYOND);
    this.#fill(first, last);
    this.#window.style.transform = `translateY(${this.#top(first)}px)`;
    this.#scroller.setAttribute('aria-rowcount', count);
    if (this.current !== null && this.#rows.has(this.current))
      this.#scroller.setAttribute('aria-activedescendant', 'row-' + this.current);
    else this.#scroller.removeAttribute('aria-activedescendant');
    this.#changed();
  }

  /** Keeps the rows that stay, in their elements, and puts the others before and behind them. */
  #fill(first, last) {
    const rows = new Map();
    let next = this.#stale ? null : this.#window.firstElementChild;
    if (this.#stale) this.#window.replaceChildren();
    for (let place = first; place < last; place++) {
      const line = this.#lines.at(place);
      let row = this.#stale ? undefined : this.#rows.get(line.number);
      if (!row) {
        row = rowOf(line, this.look);
        this.#window.insertBefore(row, next);
      } else {
        while (next !== row) {
          const gone = next;
          next = next.nextElementSibling;
          gone.remove();
        }
        next = next.nextElementSibling;
      }
      row.setAttribute('aria-rowindex', place + 1);
      this.#dress(row, line.number);
      rows.set(line.number, row);
    }
    while (next) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
    this.#rows = rows;
    this.#stale = false;
  }

  #dress(row, number) {
    const open = this.#open.get(number);
    row.classList.toggle('current', number === this.current);
    row.classList.toggle('target', number === this.target);
    row.classList.toggle('open', open !== undefined);
    if (!row.classList.contains('gap')) row.setAttribute('aria-expanded', open !== undefined);
    if (open && open.element.parentElement !== row) row.append(open.element);
  }

  #shut(number) {
    const { element } = this.#open.get(number);
    this.#measure.unobserve(element);
    element.remove();
    this.#open.delete(number);
  }

  #measured(entries) {
    for (const entry of entries)
      for (const open of this.#open.values())
        if (open.element === entry.target && entry.target.isConnected) open.height = entry.borderBoxSize[0].blockSize;
    const { height } = this.#open.get(this.#reveal) ?? {};
    if (height > 0) {
      this.#places();
      this.#space.style.height = this.#top(this.#lines.shown) + 'px';
      const top = this.#top(this.#lines.placeOf(this.#reveal));
      const hidden = top + this.#height + height - this.#scroller.scrollTop - this.#scroller.clientHeight;
      if (hidden > 0) this.#moveTo(Math.min(top, this.#scroller.scrollTop + hidden));
      this.#reveal = null;
    }
    this.request();
  }

  /** Where the open lines stand: so far the only ones of another height. */
  #places() {
    this.#opened = [...this.#open]
        .map(([number, { height }]) => ({ place: this.#lines.placeOf(number), number, height }))
      .filter(({ place, number }) => place < this.#lines.shown && this.#lines.at(place).number === number)
      .sort((one, other) => one.place - other.place);
  }

  #top(place) {
    let top = place * this.#height;
    for (const open of this.#opened) if (open.place < place) top += open.height;
    return top;
  }

  #placeAt(top) {
    let place = Math.floor(top / this.#height);
    for (const open of this.#opened) {
      if (open.place >= place) break;
      place = Math.max(open.place, Math.floor((top -= open.height) / this.#height));
    }
    return Math.min(Math.max(0, place), Math.max(0, this.#lines.shown - 1));
  }

  #moveTo(top) {
    if (Math.abs(this.#scroller.scrollTop - top) >= 1) this.#scroller.scrollTop = top;
    this.#set = this.#scroller.scrollTop;
    this.#remember();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.following && scrollTop < this.#set - 1 && !atEnd) this.following = false;
    else if (!this.following && atEnd && scrollTop > this.#set + 1) this.follow();
    if (Math.abs(scrollTop - this.#set) > 1) this.#kept = null;
    this.#set = scrollTop;
    this.#remember();
    this.request();
  }

  /** The line at the top edge, and how much of it is above. */
  #remember() {
    if (this.#lines.shown === 0) return;
    const place = this.#placeAt(this.#scroller.scrollTop);
    this.#anchor = { number: this.#lines.at(place).number, above: this.#scroller.scrollTop - this.#top(place) };
  }
}
