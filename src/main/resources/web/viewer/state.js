// What the page is about, and how it comes to be about something else.
import { around, read, write } from './address.js';
import { LEVELS } from '../shared/line.js';

/**
 * Everything that lasts longer than a call, but for the lines and the stream. It changes by the transitions below and
 * no other way.
 *
 *     arrive(location)  ──▶  view, sought          by an address: at first, and by the browser's back and forward
 *     follow, begin     ──▶  view                  another stream is needed
 *     narrow, tell      ──▶  view                  the same lines look another way
 *     found, lost       ──▶  sought                the line of the link came, or can not come any more
 *     learn, meet       ──▶  known, development    what the gateway has said of itself
 */
export class State {
  #view;
  #sought = null;
  #known = [];
  #development = false;

  constructor(location) {
    this.arrive(location);
  }

  /** { channels, start, text, levels, time, line }, as the address has it. */
  get view() {
    return this.#view;
  }

  /** The id of the line that the address names, as long as it has not come; else null. */
  get sought() {
    return this.#sought;
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
    return this.#view.text !== '' || this.#view.levels.size < LEVELS.length;
  }

  /** Reads the address; whether it asks for another stream. */
  arrive(location) {
    const before = this.#view;
    this.#view = read(location);
    this.#sought = this.#view.line;
    return before === undefined || this.#view.channels.join() !== before.channels.join()
        || this.#view.start !== before.start;
  }

  follow(channels) {
    this.#view = { ...this.#view, channels, line: null };
    this.#sought = null;
  }

  begin(start) {
    this.#view = { ...this.#view, start, line: null };
    this.#sought = null;
  }

  narrow(text, levels) {
    this.#view = { ...this.#view, text, levels };
  }

  tell(time) {
    this.#view = { ...this.#view, time };
  }

  found() {
    this.#sought = null;
  }

  lost() {
    this.#sought = null;
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

  /** The address that shows the line among those around it. */
  addressOf(line) {
    return location.pathname + write(around(this.#view, line));
  }
}
