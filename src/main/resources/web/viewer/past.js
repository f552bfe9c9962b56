// Gets the past from the gateway, page by page, as far as one goes back. A search has a bound, and then asks.
import { compareIds } from '../client/ids.js';
import { lineOf } from '../shared/line.js';

/** In events of a page. */
const PAGE = 1000;
/** A search ends after this many pages, or when it has found enough lines. Then it asks whether to go on. */
const MOST_PAGES = 40;
const ENOUGH = 200;
/** In lines on each side of the line that a link names. */
const AROUND = 500;
/** In pages of one gap that is loaded at a time. */
const MOST_OF_A_GAP = 10;
/** The highest number that an id's second half can be. */
const LAST = '18446744073709551615';

export class Past {
  #ask;

  /** @param ask gives a promise of a page for parameters, a list of pairs; it takes an AbortSignal as well */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * Looks for lines before an id: { lines, at, more, back }.
   *
   * `at` is the id before which to go on, `more` whether there may be older ones, and `back` when the oldest line that
   * was looked at was written, or null.
   *
   * @param channels names and patterns
   * @param at the id before which to look, or null for the newest
   * @param parameters what the gateway is to hold back, pairs
   * @param keep tells of a line whether it is kept; null when all are
   * @param since lines before this time, in milliseconds since 1970, are no more looked for; or null
   */
  async older({ channels, at, parameters, keep, since }, signal, progress = () => {}, stop = () => false) {
    const found = [];
    let more = true;
    let back = null;
    for (let count = 0; more && count < MOST_PAGES && found.length < ENOUGH && !stop(); count++) {
      const page = await this.#page(channels, [...parameters, ...at === null ? [] : [['before', at]]], signal);
      const lines = page.events.map(lineOf);
      const inside = since === null ? lines : lines.filter(line => line.timestamp >= since);
      found.unshift(...keep === null ? inside : inside.filter(keep));
      back = lines[0]?.timestamp ?? back;
      more = page.more && page.from !== at && inside.length === lines.length;
      at = page.from;
      progress(found.length, back);
    }
    return { lines: found, at, more, back };
  }

  /**
   * Looks for lines after an id, the oldest first: { lines, gaps, at, more }. `at` and `until` may be null; `gaps` are
   * what history has lost between the lines.
   */
  async newer({ channels, at, parameters, keep, since, until }, signal, progress = () => {}) {
    const found = [];
    const gaps = [];
    let more = true;
    const range = [['since', since ?? (at === null ? 0 : null)], ['until', until]]
        .filter(([, value]) => value !== null);
    for (let count = 0; more && count < MOST_PAGES && found.length < ENOUGH; count++) {
      const page = await this.#page(channels, [...parameters, ...range, ...at === null ? [] : [['after', at]]], signal);
      const lines = page.events.map(lineOf);
      found.push(...keep === null ? lines : lines.filter(keep));
      gaps.push(...page.gaps);
      more = page.more && page.to !== at;
      at = page.to;
      progress(found.length, lines.at(-1)?.timestamp ?? null);
    }
    return { lines: found, gaps, at, more };
  }

  /**
   * A bounded window around a line: { lines, gaps, line, older: { at, more }, newer: { at, more } }; `line` may be
   * null, and then `gaps` say what history has lost there.
   */
  async around(channels, id, signal) {
    const next = nextOf(id);
    const [older, newer] = await Promise.all([
      this.#page(channels, [['before', next]], signal, AROUND), this.#page(channels, [['after', id]], signal, AROUND)]);
    const lines = [...older.events.map(lineOf), ...newer.events.map(lineOf)];
    return { lines, gaps: newer.gaps.filter(gap => gap.reason !== 'unknown-id'),
      line: lines.find(line => line.id === id) ?? null,
      older: { at: older.from, more: older.more }, newer: { at: newer.to, more: newer.more } };
  }

  /** The part of a gap that the gateway still has: { lines, gaps, more, at }. */
  async hole(channels, { from, to }, signal) {
    const lines = [];
    const gaps = [];
    let at = from;
    let more = true;
    for (let count = 0; more && count < MOST_OF_A_GAP; count++) {
      const page = await this.#page(channels, [['after', at], ['before', nextOf(to)]], signal);
      lines.push(...page.events.map(lineOf));
      gaps.push(...page.gaps.filter(gap => gap.reason !== 'unknown-id'));
      more = page.more && compareIds(page.to, at) > 0;
      at = page.to;
    }
    return { lines, gaps, more, at };
  }

  #page(channels, parameters, signal, limit = PAGE) {
    return this.#ask([['channels', channels.join(',')], ['limit', limit], ...parameters], signal);
  }
}

/** The id after this one. */
export function nextOf(id) {
  const [major, minor] = id.split('-');
  return minor === LAST ? BigInt(major) + 1n + '-0' : major + '-' + (BigInt(minor) + 1n);
}
