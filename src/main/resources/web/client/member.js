// One of those that share a stream, as the hub knows it.
import { compareIds } from './ids.js';
import { matcher, patterns } from './conditions.js';

/** In characters that a page was sent and has not taken: one that is frozen would let them grow without end. */
const MOST_UNTAKEN = 16 << 20;
/** In characters that are held back for a track that is still given its history. */
const MOST_HELD = 4 << 20;

/**
 * Some of a member's channels, which have the same place in the log.
 *
 *     new ──▶ past: its history comes by a stream of its own, and what the shared one brings is held back
 *      └────────┴──▶ live: the shared stream has everything from its place on
 */
export class Track {
  state = 'new';
  /** The stream that brings its history. */
  source = null;
  /** Up to here everything was handed on; null before anything was. */
  at;
  /** It has everything after this place. */
  begin = null;
  /**
   * The place after which the shared stream has no hole: history is due up to there. Null when nothing is shared.
   */
  need = null;
  /** Places of channels that this member had already: { has, from, to }. */
  passed = [];
  #held = [];
  #weight = 0;

  constructor({ id, channels, start, cursor }) {
    Object.assign(this, { id, channels, start: start ?? null, at: cursor ?? null, cursor: cursor ?? null });
    this.has = patterns(channels);
  }

  narrow(channels) {
    this.channels = channels;
    this.has = patterns(channels);
  }

  /** Whether history goes on to where the shared stream began. */
  get isDue() {
    return this.need !== null && this.at !== null && compareIds(this.at, this.need) >= 0;
  }

  hold(id, item) {
    this.#held.push([id, item]);
    this.#weight += weight(item);
    if (this.#weight <= MOST_HELD) return;
    this.need = this.#held.at(-1)[0]; // all of it comes again, as history
    this.#held = [];
    this.#weight = 0;
  }

  /** Gives the events that are held and come after all that was handed on. */
  release() {
    const held = this.#held.filter(([id]) => this.at === null || compareIds(id, this.at) > 0);
    this.#held = [];
    this.#weight = 0;
    return held;
  }

  /** Whether its member has had the event by other channels. */
  isPassed(channel, id) {
    return this.passed.some(({ has, from, to }) => has(channel) && (from === null || compareIds(id, from) > 0)
      && (to === null || compareIds(id, to) <= 0));
  }
}

/** A stream of a page. */
export class Member {
  tracks;
  hidden = false;
  /** That are left out because the token does not open them. */
  denied = [];
  #post;
  #left;
  #batches = new Map();
  #untaken = 0;
  lapsed = false;

  /**
   * @param post takes what it is told
   * @param left is called when it takes nothing any more
   */
  constructor(id, { tracks, conditions, wanted, hidden }, post, left) {
    this.id = id;
    this.wanted = wanted;
    this.tracks = tracks.map(track => new Track(track));
    this.hidden = hidden === true;
    this.#post = post;
    this.#left = left;
    this.filter(conditions);
  }

  /** @param conditions null when the gateway is to judge them: then nothing is shared */
  filter(conditions) {
    this.conditions = conditions;
    this.accepts = conditions === null ? null : matcher(conditions);
  }

  get channels() {
    return this.tracks.flatMap(track => track.channels);
  }

  say(message) {
    if (!this.lapsed) this.#post(message);
  }

  /** Hands on an item soon, together with what comes at the same time. */
  give(track, item) {
    const batch = this.#batch(track);
    batch.items.push(item);
    this.#untaken += weight(item);
  }

  /** Tells how far the track has come; for null, all that are live. */
  move(track, at) {
    this.#batch(track).at = at;
  }

  #batch(track) {
    if (this.#batches.size === 0) queueMicrotask(() => this.flush());
    let batch = this.#batches.get(track);
    if (batch === undefined) this.#batches.set(track, batch = { items: [], at: null });
    return batch;
  }

  flush() {
    const batches = [...this.#batches];
    this.#batches.clear();
    for (const [track, { items, at }] of batches)
      this.say({ type: 'items', track: track?.id ?? null, items, at,
          weight: items.reduce((sum, item) => sum + weight(item), 0) });
    if (this.#untaken > MOST_UNTAKEN && !this.lapsed) {
      this.say({ type: 'lost' }); // read after all that was sent before it: then the page comes again with its cursor
      this.lapsed = true;
      this.#left();
    }
  }

  taken(weight) {
    this.#untaken -= weight;
  }
}

/** In characters, about. */
export function weight(item) {
  return 100 + (typeof item === 'string' ? item.length : 0);
}
