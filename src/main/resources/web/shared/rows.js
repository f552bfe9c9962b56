// The lines on screen: of a hundred thousand, only those rows are in the document that one sees.
import { fill } from './filling.js';
import { Heights } from './heights.js';
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
 *     scroller ┌──────────────┐  lead: what stands before the first row, if anything
 *              │              │  space: as high as all rows would be
 *              │  window      │  the rows in sight, in the order in which they stand, moved to where they belong
 *              └──────────────┘
 *
 * Rows are of one height, but for those that are open or wrap, which are measured when they are drawn: so what stands
 * where is arithmetic. While it follows, the last line stays in sight. Scrolling up ends that. From then on the line at
 * the top edge stays where it is, whatever comes, goes or is filtered out.
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
  /** The line that was opened last, until one sees what it shows. */
  #reveal = null;
  #heights = new Heights(22);
  /** How much higher rows are that wrap, by number. */
  #wrapped = new Map();
  #lead = 0;
  #anchor = { number: 0, above: 0 };
  /** The number of the line that is kept in the middle, or null. */
  #kept = null;
  #set = 0;
  /** How large the scroller was then. */
  #setAt = '';
  #frame = 0;
  #stale = false;
  #end = new AbortController();
  #resize;
  #measure = new ResizeObserver(entries => this.#measured(entries));

  /** Whether the last line is kept in sight. */
  following = true;
  /** Whether scrolling to the end makes it follow: there is no use in it where nothing comes. */
  canFollow = true;
  /** How many lines came since it no longer follows. */
  unseen = 0;
  /** The number of the line that the keyboard is on, or null. */
  current = null;
  /** The number of the line that the page's address names, or null. */
  target = null;
  look = { time: 'local', needle: null, skip: 1 };

  /**
   * @param scroller the element that scrolls; in it `.space`, and in that `.window`; before it perhaps `.edge`
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
    let width = 0;
    let edge = null;
    this.#resize = new ResizeObserver(() => {
      const { top, height } = scroller.getBoundingClientRect();
      // a notice has come above it, or has gone: the lines stay where they are on the screen
      if (edge !== null && Math.abs(top + height - edge.top - edge.height) < 1) this.#shift(top - edge.top);
      edge = { top, height };
      this.#heights.plain = Number.parseFloat(getComputedStyle(this.#space).getPropertyValue('--row'))
          || this.#heights.plain;
      this.#lead = this.#space.offsetTop;
      if (width !== (width = scroller.clientWidth) && this.look.wrap) this.rebuild();
      this.request();
    });
    this.#resize.observe(scroller);
    const lead = scroller.querySelector('.edge');
    if (lead !== null) this.#resize.observe(lead);
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

  /** Whether so little is before what is in sight, in pixels; or behind it. */
  isNearStart(pixels) {
    return this.#scroller.scrollTop < pixels;
  }

  isNearEnd(pixels) {
    return this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight < pixels;
  }

  /** Draws with the next frame. */
  request() {
    this.#frame ||= requestAnimationFrame(() => this.draw());
  }

  /** Builds every row anew with the next frame: what rows look like has changed. */
  rebuild() {
    this.#stale = true;
    this.#wrapped.clear();
    this.#heights.clear();
    for (const number of this.#open.keys()) this.#size(number);
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
    this.#moveTo(-this.#lead);
    this.request();
  }

  showLast() {
    this.following = false;
    this.#kept = null;
    this.#moveTo(this.#heights.top(this.#lines.shown) - this.#scroller.clientHeight);
    this.request();
  }

  /** Puts the keyboard on the line so many further down, or up. */
  step(by) {
    this.#scroller.focus({ preventScroll: true }); // a screen reader follows `aria-activedescendant` only from there
    if (this.#lines.shown === 0) return;
    const edge = this.#heights.at(this.#top + (by > 0 ? 0 : this.#scroller.clientHeight)) - (by > 0 ? 1 : 0);
    const from = this.current === null ? edge : this.#lines.placeOf(this.current);
    const place = Math.min(this.#lines.shown - 1, Math.max(0, from + by));
    this.following = false;
    this.#kept = null;
    this.current = this.#lines.at(place).number;
    const top = this.#heights.top(place);
    const bottom = top + this.#heights.plain + (this.#wrapped.get(this.current) ?? 0);
    if (top < this.#top) this.#moveTo(top);
    else if (bottom > this.#top + this.#scroller.clientHeight) this.#moveTo(bottom - this.#scroller.clientHeight);
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
    if (this.#open.has(line.number)) this.#shut(line.number);
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
    this.request();
  }

  /** Makes what open lines show anew: how times are told has changed. */
  renew() {
    for (const [number, open] of this.#open) {
      const line = this.#lines.get(number);
      if (line === null) continue;
      const element = this.#detail(line);
      open.element.replaceWith(element);
      this.#measure.unobserve(open.element);
      this.#measure.observe(element);
      open.element = element;
    }
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
    for (const number of this.#open.keys()) if (this.#lines.get(number) === null) this.#shut(number);
    this.#arrange();
    const count = this.#lines.shown;
    const first = Math.max(0, this.#placeAt(this.#top) - BEYOND);
    const last = Math.min(count, this.#placeAt(this.#top + this.#scroller.clientHeight) + 1 + BEYOND);
    const made = this.#fill(first, last);
    if (this.look.wrap && this.#wrap(made)) {
      this.#arrange();
      this.request(); // what was thought to be in sight may not be all of it
    }
    this.#window.style.transform = `translateY(${this.#heights.top(first)}px)`;
    this.#scroller.setAttribute('aria-rowcount', count);
    if (this.current !== null && this.#rows.has(this.current))
      this.#scroller.setAttribute('aria-activedescendant', 'row-' + this.current);
    else this.#scroller.removeAttribute('aria-activedescendant');
    this.#lines.pin(this.following || count === 0 ? null : this.#anchor.number);
    this.#changed();
  }

  /** Finds out where all rows stand, and goes to where one is. */
  #arrange() {
    const count = this.#lines.shown;
    this.#heights.place(this.#lines);
    const whole = this.#heights.top(count);
    this.#space.style.height = whole + 'px';
    const place = number => this.#heights.top(this.#lines.placeOf(number));
    const middle = (this.#scroller.clientHeight - this.#heights.plain) / 2;
    if (this.following) this.#moveTo(whole - this.#scroller.clientHeight);
    else if (this.#kept !== null) this.#moveTo(Math.max(0, place(this.#kept) - middle));
    else if (count > 0) this.#moveTo(place(this.#anchor.number) + this.#anchor.above);
  }

  /** Puts the rows from this place to that one into the document; those that are new. */
  #fill(first, last) {
    const wanted = Array.from({ length: last - first }, (_, i) => this.#lines.at(first + i));
    const { rows, made } =
        fill(this.#window, this.#stale ? new Map() : this.#rows, wanted, line => rowOf(line, this.look));
    wanted.forEach(({ number }, i) => {
      const row = rows.get(number);
      row.setAttribute('aria-rowindex', first + i + 1);
      this.#dress(row, number);
    });
    this.#rows = rows;
    this.#stale = false;
    return made;
  }

  /** Measures rows that wrap; whether one is of another height than was thought. */
  #wrap(made) {
    let news = false;
    for (const [number, row] of made) {
      const extra = row.firstElementChild.offsetHeight - this.#heights.plain;
      if ((this.#wrapped.get(number) ?? 0) === extra) continue;
      this.#wrapped.delete(number);
      this.#wrapped.set(number, extra);
      if (this.#wrapped.size > 3 * MAX_OPEN + 3000) this.#wrapped.delete(this.#wrapped.keys().next().value);
      news = this.#size(number) || news;
    }
    return news;
  }

  #size(number) {
    return this.#heights.set(number, (this.#wrapped.get(number) ?? 0) + (this.#open.get(number)?.height ?? 0));
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
    this.#size(number);
  }

  #measured(entries) {
    for (const entry of entries)
      for (const [number, open] of this.#open)
        if (open.element === entry.target && entry.target.isConnected) {
          open.height = entry.borderBoxSize[0].blockSize;
          this.#size(number);
        }
    const { height } = this.#open.get(this.#reveal) ?? {};
    if (height > 0) {
      this.#heights.place(this.#lines);
      this.#space.style.height = this.#heights.top(this.#lines.shown) + 'px';
      const top = this.#heights.top(this.#lines.placeOf(this.#reveal));
      const hidden = top + this.#heights.of(this.#reveal) - this.#top - this.#scroller.clientHeight;
      if (hidden > 0) this.#moveTo(Math.min(top, this.#top + hidden));
      this.#reveal = null;
    }
    this.request();
  }

  #placeAt(top) {
    return Math.min(Math.max(0, this.#heights.at(top)), Math.max(0, this.#lines.shown - 1));
  }

  /** How far the rows are scrolled, in pixels; negative while the lead is in sight. */
  get #top() {
    return this.#scroller.scrollTop - this.#lead;
  }

  #moveTo(top) {
    if (Math.abs(this.#top - top) >= 1) this.#scroller.scrollTop = top + this.#lead;
    this.#set = this.#scroller.scrollTop;
    this.#setAt = this.#extent;
    this.#remember();
  }

  /** Scrolls with the edge of the scroller; a line that is kept in the middle goes there with the next frame. */
  #shift(pixels) {
    if (this.following || this.#kept !== null || this.#lines.shown === 0 || pixels === 0) return;
    this.#moveTo(this.#top + pixels);
  }

  get #extent() {
    return this.#scroller.clientWidth + ' by ' + this.#scroller.clientHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (this.#setAt !== this.#extent) { // a page that is turned or resized is scrolled by the browser, and not by hand
      this.#setAt = this.#extent;
      this.request();
      return;
    }
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.following && scrollTop < this.#set - 1 && !atEnd) this.following = false;
    else if (!this.following && this.canFollow && atEnd && scrollTop > this.#set + 1) this.follow();
    if (Math.abs(scrollTop - this.#set) > 1) this.#kept = null;
    this.#set = scrollTop;
    this.#remember();
    this.request();
  }

  /** The line at the top edge, and how much of it is above. */
  #remember() {
    if (this.#lines.shown === 0) return;
    const place = this.#placeAt(this.#top);
    this.#anchor = { number: this.#lines.at(place).number, above: this.#top - this.#heights.top(place) };
  }
}
