// The picture of how many lines there are over time. A click or a drag in it picks a time range.
import { countsOf, heightsOf } from './counts.js';
import { byId, setAttribute, setText, svg } from '../shared/dom.js';
import { LEVELS } from '../shared/line.js';
import { timeOf } from '../shared/time.js';
import { number } from './feedback.js';

/** In milliseconds: while lines come it is drawn anew no more often. It takes no greater part of the time than that. */
const EVERY = 500;
const PART = 1 / 30;
/** The picture's units: of a column, and of the gap behind it. */
const WIDE = 10;
const GAP = 2;
const HIGH = 100;
const NAMES = { none: 'without a level' };

/**
 *     counted ──▶ columns ──▶ one path for each level
 *     pointer, keys ──▶ from, to    the columns that are marked, from which a range is picked
 */
export class Histogram {
  #place = byId('counts');
  #picture = byId('counts-picture');
  #lines;
  #pick;
  #view = { shown: false, range: null, how: 'local' };
  #counts = null;
  #paths = new Map();
  #marked = null;
  /** The columns that are marked, { from, to } in the order in which they were; null when none is. */
  #mark = null;
  #dragging = false;
  #timer = null;
  #drawnAt = -Infinity;
  #rest = EVERY;

  /**
   * @param lines those of the page
   * @param pick is told the range that is picked, in milliseconds since 1970, the end exclusive
   */
  constructor(lines, pick) {
    this.#lines = lines;
    this.#pick = pick;
    const drawing = this.#picture.appendChild(svg('svg', { preserveAspectRatio: 'none', 'aria-hidden': 'true' }));
    this.#marked = drawing.appendChild(svg('rect', { class: 'marked', y: 0, height: HIGH }));
    for (const level of LEVELS)
      this.#paths.set(level, drawing.appendChild(svg('path', { class: 'level-' + level })));
    this.#listen();
  }

  /** @param view { shown, range, how }: whether it is wanted, the time range of the page or null, how times are told */
  show(view) {
    const { shown, range, how } = this.#view;
    this.#view = view;
    if (shown !== view.shown || range !== view.range || how !== view.how) this.#mark = null;
    this.changed();
  }

  /** Lines have come or gone, or others are shown. */
  changed() {
    const isThere = this.#view.shown && (this.#lines.size > 0 || this.#view.range !== null);
    this.#place.hidden = !isThere; // at once: what is below it moves
    if (!isThere || this.#timer !== null || document.hidden) return;
    this.#timer = setTimeout(() => this.#draw(),
        this.#counts === null ? 0 : Math.max(0, this.#drawnAt + this.#rest - performance.now()));
  }

  #draw() {
    this.#timer = null;
    this.#drawnAt = performance.now();
    if (this.#dragging) { // columns do not move under the pointer
      this.changed();
      return;
    }
    const { range, how } = this.#view;
    const offset = how === 'utc' ? 0 : -new Date().getTimezoneOffset() * 60_000;
    const before = this.#counts;
    this.#counts = countsOf(this.#lines, range, offset);
    this.#rest = Math.max(EVERY, (performance.now() - this.#drawnAt) / PART);
    if (this.#counts === null) { // the filter hides all lines: the picture stays, empty
      for (const path of this.#paths.values()) setAttribute(path, 'd', '');
      this.#mark = null;
      this.#tell();
      return;
    }
    const { from, step, columns, most } = this.#counts;
    if (before !== null && this.#mark !== null && before.from !== from) this.#moveMark(before);
    setAttribute(this.#marked.parentElement, 'viewBox', `0 0 ${columns.length * WIDE} ${HIGH}`);
    const drawn = Object.fromEntries(LEVELS.map(level => [level, '']));
    columns.forEach((column, i) => {
      let y = HIGH;
      for (const [level, height] of column.total === 0 ? [] : heightsOf(column, most)) {
        y -= height;
        drawn[level] += `M${i * WIDE + GAP / 2} ${y.toFixed(1)}h${WIDE - GAP}v${height.toFixed(1)}h${GAP - WIDE}z`;
      }
    });
    for (const [level, path] of this.#paths) setAttribute(path, 'd', drawn[level]);
    setText(byId('counts-from'), this.#time(from));
    setText(byId('counts-to'), this.#time(from + columns.length * step));
    this.#tell();
  }

  /** The columns have moved on: what is marked stays marked, as far as it is still there. */
  #moveMark({ from, step }) {
    const place = column => Math.floor((from + column * step - this.#counts.from) / this.#counts.step);
    const mark = { from: place(this.#mark.from), to: place(this.#mark.to) };
    const isThere = column => column >= 0 && column < this.#counts.columns.length;
    this.#mark = step === this.#counts.step && isThere(mark.from) && isThere(mark.to) ? mark : null;
  }

  /** Says what is marked, and where nothing is what there is in all. */
  #tell() {
    const mark = this.#mark;
    setAttribute(this.#marked, 'x', mark === null ? 0 : Math.min(mark.from, mark.to) * WIDE);
    setAttribute(this.#marked, 'width', mark === null ? 0 : (Math.abs(mark.to - mark.from) + 1) * WIDE);
    const columns = this.#counts?.columns ?? [];
    const text = this.#counts === null ? 'No line is shown' : mark === null ? this.#summary() : this.#saidOf(mark);
    setText(byId('counts-text'), text);
    setAttribute(this.#picture, 'aria-valuemin', 1);
    setAttribute(this.#picture, 'aria-valuemax', Math.max(1, columns.length));
    setAttribute(this.#picture, 'aria-valuenow', mark === null ? Math.max(1, columns.length) : mark.to + 1);
    setAttribute(this.#picture, 'aria-valuetext', text);
  }

  #summary() {
    const { most, step, lines } = this.#counts;
    return `${number(lines)} ${lines === 1 ? 'line' : 'lines'}, at most ${number(most)} in ${lengthOf(step)}`;
  }

  #saidOf(mark) {
    const [since, until] = this.#rangeOf(mark);
    const all = this.#sum(mark);
    const parts = LEVELS.filter(level => all.counts[level] > 0)
        .map(level => `${number(all.counts[level])} ${NAMES[level] ?? level}`);
    return `${this.#time(since)} – ${this.#time(until)}: ` + (all.total === 0 ? 'no line'
        : `${number(all.total)} ${all.total === 1 ? 'line' : 'lines'}: ${parts.join(', ')}`);
  }

  #sum({ from, to }) {
    const all = { total: 0, counts: Object.fromEntries(LEVELS.map(level => [level, 0])) };
    for (const { total, counts } of this.#counts.columns.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      all.total += total;
      for (const level of LEVELS) all.counts[level] += counts[level];
    }
    return all;
  }

  #rangeOf({ from, to }) {
    const { from: start, step } = this.#counts;
    return [start + Math.min(from, to) * step, start + (Math.max(from, to) + 1) * step];
  }

  #time(at) {
    const { how } = this.#view;
    return timeOf(at, how === 'relative' ? 'local' : how).replace(/\.\d+$/, '');
  }

  #set(mark) {
    this.#mark = mark;
    this.#tell();
  }

  /** Picks what is marked: nothing, where there is no line. */
  #take() {
    if (this.#mark === null || this.#sum(this.#mark).total === 0) return;
    const [since, until] = this.#rangeOf(this.#mark);
    this.#mark = null;
    this.#pick(since, until);
  }

  #listen() {
    const columnAt = event => {
      const { left, width } = this.#picture.getBoundingClientRect();
      const { length } = this.#counts.columns;
      return Math.min(length - 1, Math.max(0, Math.floor((event.clientX - left) / width * length)));
    };
    this.#on('pointerdown', event => {
      if (event.button !== 0) return;
      this.#picture.setPointerCapture(event.pointerId);
      this.#dragging = true;
      this.#set({ from: columnAt(event), to: columnAt(event) });
    });
    this.#on('pointermove', event => {
      const at = columnAt(event);
      this.#set({ from: this.#dragging && this.#mark !== null ? this.#mark.from : at, to: at });
    });
    this.#on('pointerup', () => {
      if (!this.#dragging) return;
      this.#dragging = false;
      this.#take();
    });
    for (const leaving of ['pointerleave', 'pointercancel', 'blur'])
      this.#on(leaving, () => {
        if (leaving === 'pointerleave' && this.#dragging) return;
        this.#dragging = false;
        this.#set(null);
      });
    this.#on('keydown', event => this.#key(event));
  }

  #on(name, listener) {
    this.#picture.addEventListener(name, event => { if (this.#counts !== null) listener(event); });
  }

  #key(event) {
    const last = this.#counts.columns.length - 1;
    const at = this.#mark?.to ?? last + 1;
    const to = { ArrowLeft: at - 1, ArrowRight: this.#mark === null ? last : at + 1, PageUp: at - 10,
        PageDown: at + 10, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      const column = Math.min(last, Math.max(0, to));
      this.#set({ from: event.shiftKey && this.#mark !== null ? this.#mark.from : column, to: column });
    } else if (event.key === 'Enter' || event.key === ' ') this.#take();
    else if (event.key === 'Escape' && this.#mark !== null) {
      this.#dragging = false;
      this.#set(null);
    } else return;
    event.preventDefault();
  }
}

/** A step of time, in words. */
function lengthOf(step) {
  const [unit, name] = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1000, 's']]
      .find(([milliseconds]) => step % milliseconds === 0);
  return `${step / unit} ${name}`;
}
