// The lines that the page keeps, oldest first, and which of them the filter lets through.
import { LEVELS, contains, weight } from './line.js';

/**
 * A ring: a new line takes the place of the oldest when there are too many, or when they hold too much.
 *
 *     number    first ........................ end        every line has the number after the one before it
 *     shown          3   7 8     12    15 16              numbers of those that the filter lets through
 */
export class Lines {
  #slots;
  #most;
  #first = 0;
  #end = 0;
  #weight = 0;
  #shown = [];
  #head = 0;
  #levels = new Set(LEVELS);
  #needle = null;
  #counts = Object.fromEntries(LEVELS.map(level => [level, 0]));

  /**
   * @param capacity in lines
   * @param most in characters of all of them
   */
  constructor(capacity, most) {
    this.#slots = new Array(capacity);
    this.#most = most;
  }

  /** How many there are. */
  get size() {
    return this.#end - this.#first;
  }

  /** How many the filter lets through. */
  get shown() {
    return this.#shown.length - this.#head;
  }

  /** How many there are of each level. */
  get counts() {
    return this.#counts;
  }

  get needle() {
    return this.#needle;
  }

  /** Appends a line; whether the filter lets it through. */
  add(line) {
    while (this.size > 0 && (this.size === this.#slots.length || this.#weight + weight(line) > this.#most))
      this.#forget();
    line.number = this.#end++;
    this.#slots[line.number % this.#slots.length] = line;
    this.#weight += weight(line);
    if (line.kind === 'log') this.#counts[line.level]++;
    const passes = this.#passes(line);
    if (passes) this.#shown.push(line.number);
    return passes;
  }

  /** Puts another line in the place of this one, which is a gap and stays one. */
  replace(line, other) {
    other.number = line.number;
    this.#slots[line.number % this.#slots.length] = other;
  }

  clear() {
    this.#slots = new Array(this.#slots.length);
    this.#first = this.#end;
    this.#weight = 0;
    this.#shown = [];
    this.#head = 0;
    for (const level of LEVELS) this.#counts[level] = 0;
  }

  /** Lets through only lines of these levels that contain what the needle finds; a gap always. */
  filter(levels, needle) {
    this.#levels = levels;
    this.#needle = needle;
    this.#shown = [];
    this.#head = 0;
    for (let number = this.#first; number < this.#end; number++)
      if (this.#passes(this.#line(number))) this.#shown.push(number);
  }

  /** The line that stands at this place among those that are let through. */
  at(place) {
    return this.#line(this.#shown[this.#head + place]);
  }

  /** The place of the line with this number among those that are let through, or of the next after it. */
  placeOf(number) {
    let low = this.#head;
    let high = this.#shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#shown[middle] < number) low = middle + 1;
      else high = middle;
    }
    return low - this.#head;
  }

  /** The line with this number, whether or not it is let through; null when it is not kept any more. */
  get(number) {
    return number >= this.#first && number < this.#end ? this.#line(number) : null;
  }

  /** The line of the event with this id, or null, whether or not it is let through. */
  withId(id) {
    for (let number = this.#first; number < this.#end; number++)
      if (this.#line(number).id === id) return this.#line(number);
    return null;
  }

  /** Those that are let through, oldest first. */
  * [Symbol.iterator]() {
    for (let place = 0; place < this.shown; place++) yield this.at(place);
  }

  #line(number) {
    return this.#slots[number % this.#slots.length];
  }

  #passes(line) {
    return line.kind === 'gap' || this.#levels.has(line.level)
        && (this.#needle === null || contains(line, this.#needle));
  }

  #forget() {
    const line = this.#line(this.#first);
    this.#weight -= weight(line);
    if (line.kind === 'log') this.#counts[line.level]--;
    if (this.#shown[this.#head] === this.#first) this.#head++;
    this.#slots[this.#first % this.#slots.length] = undefined;
    this.#first++;
    if (this.#head > 10_000 && this.#head > this.#shown.length / 2) {
      this.#shown.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
