// The lines that the page keeps, oldest first, and which of them the filter lets through.
import { LEVELS, weight } from './line.js';
import { Numbered } from './numbered.js';

/** In rows before the one that is read: they stay as well, where they are but a part of all. */
const CONTEXT = 500;
const PART = 1 / 4;

/**
 * A list that grows at its end, and at its start when older lines are loaded. When there are too many, or when they
 * hold too much, the oldest go, but none that is being read.
 *
 *     all      [ 3  4  5  6  7  8 ]      numbers: they grow, stay with their line, and need not be whole
 *     shown    [ 3     5        8 ]      those that the filter lets through
 *                      ▲ pinned: this one and what is around it stays
 */
export class Lines {
  #capacity;
  #most;
  #all = new Numbered();
  #shown = new Numbered();
  #weight = 0;
  #next = 0;
  #pin = null;
  #levels = new Set(LEVELS);
  #passes = null;
  #counts = Object.fromEntries(LEVELS.map(level => [level, 0]));
  #logs = 0;
  #found = 0;

  /**
   * @param capacity in rows
   * @param most in characters of all of them
   */
  constructor(capacity, most) {
    this.#capacity = capacity;
    this.#most = most;
  }

  /** How many lines there are; gaps are none. */
  get size() {
    return this.#logs;
  }

  /** In characters of all of them, about. */
  get weight() {
    return this.#weight;
  }

  /** How many rows there are to show: the lines that the filter lets through, and all gaps. */
  get shown() {
    return this.#shown.length;
  }

  /** How many lines the filter lets through. */
  get found() {
    return this.#found;
  }

  /** How many lines of each level the filter lets through but for its levels. */
  get counts() {
    return this.#counts;
  }

  /** The oldest line, or null. */
  get first() {
    return this.#all.find(isLog);
  }

  /** The newest line, or null. */
  get last() {
    return this.#all.findLast(isLog);
  }

  /** Keeps the line with this number and those around it, until another is named; null lets all go. */
  pin(number) {
    if (number === null) this.#pin = null;
    else {
      const context = Math.min(CONTEXT, Math.floor(this.#capacity * PART));
      this.#pin = this.#all.at(Math.max(0, this.#all.placeOf(number) - context))?.number ?? null;
    }
  }

  /** Makes room for a line; false when what is pinned stands in the way. */
  room(line) {
    while (this.#all.length > 0 && this.#isFull(1, weight(line))) {
      if (this.#pin !== null && this.#all.at(0).number >= this.#pin) return false;
      this.#shift();
    }
    return true;
  }

  /** Appends a line; whether it is shown. */
  add(line) {
    while (this.#all.length > 0 && this.#isFull(1, weight(line))) this.#shift();
    line.number = this.#next++;
    this.#all.push(line);
    this.#count(line);
    const shown = this.#isShown(line);
    if (shown) this.#shown.push(line);
    return shown;
  }

  /** Puts older lines before the others. The newest go when there are too many; it returns how many lines went. */
  prepend(lines) {
    const all = this.#all.list();
    let number = all.length === 0 ? this.#next++ : all[0].number;
    for (let i = lines.length - 1; i >= 0; i--) {
      lines[i].number = --number;
      this.#count(lines[i]);
    }
    this.#set([...lines, ...all]);
    const before = this.#logs;
    while (this.#all.length > lines.length && this.#isFull(0, 0)) {
      const gone = this.#all.pop();
      this.#discount(gone);
      if (this.#shown.last === gone) this.#shown.pop();
    }
    return before - this.#logs;
  }

  /**
   * Puts lines into their places by id; those that are there stay as they are. How many were put.
   *
   * @param compare which of two ids comes first
   */
  merge(lines, compare) {
    const all = [];
    let at = 0;
    let put = 0;
    const old = this.#all.list();
    for (const line of lines) {
      const isBefore = row => row.kind === 'log' ? compare(row.id, line.id) <= 0
        : !row.from || compare(row.from, line.id) < 0; // a gap stands before what came after its `from`
      while (at < old.length && isBefore(old[at])) all.push(old[at++]);
      if (all.findLast(isLog)?.id === line.id) continue;
      all.push(line);
      this.#count(line);
      put++;
    }
    while (at < old.length) all.push(old[at++]);
    this.#number(all);
    this.#set(all);
    return put;
  }

  /** Puts a row before the first line of which this holds, or at the end. */
  insert(row, holds) {
    const all = this.#all.list();
    const place = all.findIndex(line => isLog(line) && holds(line));
    if (place < 0) {
      this.add(row);
      return;
    }
    all.splice(place, 0, row);
    this.#count(row);
    this.#number(all);
    this.#set(all);
  }

  /** Puts another row in the place of this one, which is a gap and stays one. */
  replace(row, other) {
    other.number = row.number;
    for (const list of [this.#all, this.#shown]) list.set(list.list().map(one => one === row ? other : one));
  }

  remove(row) {
    this.#discount(row);
    this.#set(this.#all.list().filter(one => one !== row));
  }

  /** Takes away the lines at the start of which this holds; how many. */
  dropWhile(holds) {
    const all = this.#all.list();
    const kept = all.findIndex(line => !holds(line));
    const gone = kept < 0 ? all : all.slice(0, kept);
    for (const line of gone) this.#discount(line);
    if (gone.length > 0) this.#set(all.slice(gone.length));
    return gone.length;
  }

  clear() {
    for (const line of this.#all.list()) this.#discount(line);
    this.#set([]);
    this.#pin = null;
  }

  /**
   * Shows only lines of these levels that pass; a gap always.
   *
   * @param passes tells of a line whether it passes; null when all do
   * @param known tells the same of the lines that there are now, where that is known already
   */
  filter(levels, passes, known = passes) {
    this.#levels = levels;
    const all = this.#all.list();
    this.#logs = this.#found = 0;
    for (const level of LEVELS) this.#counts[level] = 0;
    this.#passes = known;
    for (const line of all) this.#tally(line);
    this.#passes = passes;
    this.#set(all);
  }

  /** All of them, oldest first, whether or not they are shown. */
  all() {
    return this.#all.list();
  }

  /** The row that stands at this place among those that are shown. */
  at(place) {
    return this.#shown.at(place);
  }

  /** The place of the row with this number among those that are shown, or of the next after it. */
  placeOf(number) {
    return this.#shown.placeOf(number);
  }

  /** The row with this number, whether or not it is shown; null when it is not kept any more. */
  get(number) {
    const line = this.#all.at(this.#all.placeOf(number));
    return line?.number === number ? line : null;
  }

  /** The line of the event with this id, or null, whether or not it is shown. */
  withId(id) {
    return this.#all.findLast(line => line.id === id);
  }

  /** The first line of which this holds, or null. */
  firstOf(holds) {
    return this.#all.find(line => isLog(line) && holds(line));
  }

  /** The last line of which this holds, or null. */
  lastOf(holds) {
    return this.#all.findLast(line => isLog(line) && holds(line));
  }

  /** The first line after this row of which this holds, or null; `back` looks for the last before it. */
  next(number, holds, back = false) {
    const at = this.#all.placeOf(number);
    const step = back ? -1 : 1;
    const isThere = this.#all.at(at)?.number === number;
    for (let place = back ? at - 1 : isThere ? at + 1 : at; place >= 0 && place < this.#all.length; place += step)
      if (holds(this.#all.at(place))) return this.#all.at(place);
    return null;
  }

  /** Those that are shown, oldest first. */
  * [Symbol.iterator]() {
    for (let place = 0; place < this.shown; place++) yield this.at(place);
  }

  #isFull(more, heavier) {
    return this.#all.length + more > this.#capacity || this.#weight + heavier > this.#most;
  }

  #isShown(line) {
    return !isLog(line) || this.#levels.has(line.level) && line.passes;
  }

  #set(all) {
    this.#all.set(all);
    this.#shown.set(all.filter(line => this.#isShown(line)));
  }

  /** Gives numbers to rows that were put between others. */
  #number(all) {
    for (let from = 0; from < all.length; from++) {
      if (all[from].number !== undefined) continue;
      let to = from;
      while (to < all.length && all[to].number === undefined) to++;
      const high = all[to]?.number ?? (this.#next += to - from);
      const low = all[from - 1]?.number ?? high - (to - from) - 1;
      const step = (high - low) / (to - from + 1);
      for (let i = from; i < to; i++) all[i].number = low + step * (i - from + 1);
      if (!(low + step > low && high - step < high)) { // no room between the two is left: all get numbers anew
        for (const line of all) line.number = this.#next++;
        return;
      }
      from = to;
    }
  }

  #count(line) {
    this.#weight += weight(line);
    this.#tally(line);
  }

  #tally(line) {
    if (!isLog(line)) return;
    line.passes = this.#passes === null || this.#passes(line);
    this.#logs++;
    if (line.passes) this.#counts[line.level]++;
    if (this.#isShown(line)) this.#found++;
  }

  #discount(line) {
    this.#weight -= weight(line);
    if (!isLog(line)) return;
    this.#logs--;
    if (line.passes) this.#counts[line.level]--;
    if (this.#isShown(line)) this.#found--;
  }

  #shift() {
    const line = this.#all.shift();
    this.#discount(line);
    if (this.#shown.length > 0 && this.#shown.at(0) === line) this.#shown.shift();
  }
}

function isLog(line) {
  return line.kind === 'log';
}
