// The state of the page, and the transitions that change it.
import { FIRST_START, around, filterIn, filterOf, read, write } from './address.js';
import { LEVELS } from '../shared/line.js';
import { MOST, NOTHING, Wanted } from './wanted.js';

/**
 * Everything that lasts longer than a call, but for the lines and the stream. It changes by the transitions below and
 * no other way.
 *
 *     arrive(location)          ──▶  view              by an address: at first, and by the browser's back and forward
 *     follow, begin, look, open ──▶  view              other lines are needed
 *     narrow, apply, demand, drop ─▶ view, wanted      fewer or more of the lines are shown
 *     tell                      ──▶  view, settings    the same lines look another way
 *     learn, meet               ──▶  known, development    what the gateway has said of itself
 */
export class State {
  #view;
  #wanted;
  #settings;
  #known = [];
  #development = false;

  /** @param settings that were kept from the last visit */
  constructor(location, settings) {
    this.#settings = settings;
    this.arrive(location);
  }

  /** { channels, start, range, text, regex, not, where, levels, time, line }, as the address has it. */
  get view() {
    return this.#view;
  }

  /** Which lines are wanted, but for their levels. */
  get wanted() {
    return this.#wanted;
  }

  /** { time, wrap, hidden, columns }. */
  get settings() {
    return this.#settings;
  }

  /** The channels that there are, in order. */
  get known() {
    return this.#known;
  }

  get development() {
    return this.#development;
  }

  /** Whether some lines are hidden. */
  get isNarrowed() {
    return !this.#wanted.isAll || this.#wanted.fault !== null || this.#view.levels.size < LEVELS.length;
  }

  /** Reads the address; whether it asks for other lines. */
  arrive(location) {
    const before = this.#view;
    this.#set(read(location, this.#settings));
    const { channels, start, range, line } = this.#view;
    return before === undefined || channels.join() !== before.channels.join() || start !== before.start
      || JSON.stringify(range) !== JSON.stringify(before.range) || line !== before.line && line !== null;
  }

  follow(channels) {
    this.#set({ ...this.#view, channels, line: null });
  }

  /** Follows from there on. */
  begin(start) {
    this.#set({ ...this.#view, start, range: null, line: null });
  }

  /** Looks at what was written between two times, in milliseconds since 1970; either may be null. */
  look(since, until) {
    this.#set({ ...this.#view, start: FIRST_START, range: { since, until }, line: null });
  }

  /** Follows the newest lines. */
  open() {
    this.#set({ ...this.#view, range: null, line: null });
  }

  narrow(change) {
    this.#set({ ...this.#view, ...change });
  }

  /** Filters as this says, which is what `filter` gave. */
  apply(filter) {
    this.narrow(filterIn(new URLSearchParams(filter)));
  }

  /** Shows all lines. */
  widen() {
    this.#set({ ...this.#view, ...NOTHING, levels: new Set(LEVELS) });
  }

  /** Adds a condition; whether there was room for it. */
  demand(kind, text) {
    const list = this.#view[kind];
    if (list.includes(text) || list.length >= MOST) return false;
    this.#set({ ...this.#view, [kind]: [...list, text] });
    return true;
  }

  drop(kind, text) {
    this.#set({ ...this.#view, [kind]: this.#view[kind].filter(one => one !== text) });
  }

  /** How lines are shown from now on, and at the next visit. */
  tell(change) {
    this.#settings = { ...this.#settings, ...change };
    if (change.time !== undefined) this.#set({ ...this.#view, time: change.time });
  }

  learn(channels) {
    this.#known = [...channels].sort((one, other) => one.channel < other.channel ? -1 : 1);
  }

  meet({ environment }) {
    this.#development = environment === 'development';
  }

  /** The address of what is shown. */
  get address() {
    return location.pathname + write(this.#view);
  }

  /** The filter of the view, as the address has it; empty when all lines are shown. */
  get filter() {
    return filterOf(this.#view).join('&');
  }

  /** The address of what is shown, with another filter. */
  addressWith(filter) {
    return location.pathname + write({ ...this.#view, ...filterIn(new URLSearchParams(filter)), line: null });
  }

  /** The address that shows the line among those around it. */
  addressOf(line) {
    return location.pathname + write(around(this.#view, line));
  }

  #set(view) {
    this.#view = view;
    this.#wanted = new Wanted(view);
  }
}
