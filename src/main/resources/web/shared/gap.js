// A hole in the log as a row among the lines: one outage is one row, whatever it took.

/** In milliseconds: gaps of one connection that come so soon after each other are of one outage. */
const SAME_OUTAGE = 5000;

const REASONS = {
  evicted: 'history has forgotten them, and this page came too late for them',
  overflow: 'they came faster than this page read them, and history has forgotten them meanwhile',
  paused: 'more came during the pause than this page keeps',
  dropped: 'they came faster than this page took them',
};
/** These are gone from the page alone: the gateway may have all of them. */
const OWN = ['paused', 'dropped'];

/**
 * The row of a gap: { kind: 'gap', reason, lost, some, from, to, timestamp, before, after, message }.
 *
 * `lost` is null when nobody knows how many, and then `some` is how many are known of. `before` and `after` are the
 * times of the lines around it, or null.
 */
export function gapOf({ reason, lost, from = null, to = null, some = lost ?? 0 }, timestamp, before = null,
    after = null) {
  return told({ kind: 'gap', reason, lost, some, from, to, timestamp, before, after });
}

/** The same gap with other members, and what it says then. */
export function told(gap, change = {}) {
  const made = { ...gap, ...change };
  delete made.number;
  return Object.assign(made, { message: messageOf(made) });
}

/** A gap of events that the page itself let go. */
export function dropOf(count, timestamp, from = null, to = null) {
  return gapOf({ reason: 'paused', lost: count, from, to }, timestamp);
}

function messageOf({ reason, lost, some }) {
  if (reason === 'unknown-id')
    return 'The gateway was restarted or its log replaced: lines may be lost here. All that it still has follows.';
  const count = lost ?? some;
  const events = count === 0 ? 'Events' : (lost === null ? 'At least ' : '')
    + (count === 1 ? '1 event' : count.toLocaleString('en') + ' events');
  const what = OWN.includes(reason) ? ' not shown here' : ' lost here';
  return events + what + (REASONS[reason] === undefined ? '' : ': ' + REASONS[reason]);
}

/** Whether the gateway can be asked for what is in it. */
export function canLoad(gap) {
  return gap.from !== null && gap.to !== null && gap.looked !== true;
}

/** Joins gaps that are of one outage. */
export class Outages {
  #compare;
  #row = null;
  #at = -Infinity;
  #apart = false;

  /** @param compare which of two ids comes first */
  constructor(compare) {
    this.#compare = compare;
  }

  /** The row of the last outage, or null. */
  get row() {
    return this.#row;
  }

  /** A line came: what is lost after it in the midst of calm is another outage. */
  line() {
    this.#apart = true;
  }

  /** Forgets the last outage. */
  end() {
    this.#row = null;
    this.#apart = false;
  }

  /** The row that took the place of the last outage's. */
  replaced(row) {
    this.#row = row;
  }

  /**
   * A gap came. Gives the row of the last outage widened by it; null when it is another outage, which is then the last.
   *
   * @param now in milliseconds, of any clock
   */
  widened(gap, now) {
    const last = this.#row;
    const soon = now - this.#at < SAME_OUTAGE;
    this.#at = now;
    if (last === null || last.reason !== gap.reason || !(soon || !this.#apart || this.#overlaps(last, gap))) {
      this.#row = gap;
      this.#apart = false;
      return null;
    }
    const lost = last.lost === null || gap.lost === null ? null : last.lost + gap.lost;
    this.#row = told(last, { lost, some: last.some + gap.some, looked: false,
      from: this.#outer(last.from, gap.from, -1), to: this.#outer(last.to, gap.to, 1), after: gap.after });
    return this.#row;
  }

  #overlaps(last, gap) {
    return last.to !== null && gap.from !== null && this.#compare(gap.from, last.to) < 0;
  }

  #outer(one, other, direction) {
    if (one === null || other === null) return direction < 0 ? one : one ?? other;
    return this.#compare(one, other) * direction > 0 ? one : other;
  }
}
