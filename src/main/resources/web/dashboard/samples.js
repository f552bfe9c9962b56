// The numbers of the gateway over five minutes, one sample for each poll. A sample of a counter is its growth since the
// sample before.

/** How far back charts and sums reach, in milliseconds. */
export const SPAN = 300_000;
/** Two samples further apart than this have a gap between them. */
const LONGEST_STEP = 7_000;

export class Samples {
  #all = [];
  #previous = null;
  #lives = new Set();
  #ofSeveral = false;

  get all() {
    return this.#all;
  }

  /** Whether the answers come from more than one gateway: one that was there before the last is back. */
  get areOfSeveral() {
    return this.#ofSeveral;
  }

  get newest() {
    return this.#all.at(-1);
  }

  /**
   * Takes a document of the statistics, which came at this time (milliseconds since 1970, by this browser's clock).
   *
   * Rates go by the gateway's own clock, so that a slow answer is no slow gateway. A gateway that was started again
   * counts from nothing: its first sample has no rates, and neither has the first after a gap, for they would be those
   * of the time nobody looked.
   */
  add(stats, at) {
    const before = this.#previous;
    const restarted = before != null
        && (stats.stats.startTime !== before.stats.stats.startTime || stats.uptime < before.stats.uptime);
    if (restarted && this.#lives.has(stats.stats.startTime)) this.#ofSeveral = true;
    this.#lives.add(stats.stats.startTime);
    const gap = before == null || at - before.at > LONGEST_STEP;
    const seconds = before && !restarted ? (stats.uptime - before.stats.uptime) / 1000 : 0;
    if (before && !restarted && seconds <= 0) return;
    const sample = { at, gap: gap || restarted, restarted, ...gauges(stats) };
    if (before && !restarted) sample.grown = growth(before.stats, stats);
    if (!sample.gap) Object.assign(sample, rates(before.stats, stats, seconds));
    this.#previous = { stats, at };
    this.#all.push(sample);
    while (this.#all[0].at < at - SPAN) this.#all.shift();
  }

  /** The polling paused: what comes next stands by itself. */
  pause() {
    if (this.#previous) this.#previous.at = -Infinity;
  }

  /** How much a counter grew over all samples. */
  sum(read) {
    return this.#all.reduce((sum, sample) => sum + (sample.grown ? read(sample.grown) ?? 0 : 0), 0);
  }
}

function gauges(stats) {
  return {
    connections: stats.totalConnections,
    historyBytes: stats.history.bytes,
    heapUsed: stats.process.heapUsed,
  };
}

function rates(before, now, seconds) {
  const rate = read => (read(now) - read(before)) / seconds;
  const delivery = difference(before.latency, now.latency);
  const publishing = difference(before.publishing, now.publishing);
  return {
    published: rate(stats => stats.stats.logsPublished),
    delivered: rate(stats => stats.events.delivered),
    bytesSent: rate(stats => stats.bytesSent),
    records: Object.fromEntries(Object.keys(now.ingest.records)
        .map(dialect => [dialect, rate(stats => stats.ingest.records[dialect].stored)])),
    deliveryP50: quantile(delivery, 0.5),
    deliveryP99: quantile(delivery, 0.99),
    publishP50: quantile(publishing, 0.5),
    publishP99: quantile(publishing, 0.99),
    cpu: now.process.cpuMilliseconds == null ? null
    : rate(stats => stats.process.cpuMilliseconds) / 10 / now.process.processors,
    gc: rate(stats => stats.process.gcPauseMilliseconds) / 10,
  };
}

/** The growth of the counters over the span. */
function growth(before, now) {
  const each = name => Object.fromEntries(Object.entries(now[name])
      .map(([reason, count]) => [reason, count - (before[name][reason] ?? 0)]));
  return { lost: now.events.lost - before.events.lost, overflows: now.overflows - before.overflows, gaps: each('gaps'),
      ends: each('ends'), refusals: each('refusals') };
}

function difference(before, now) {
  return { bounds: now.bounds, counts: now.counts.map((count, i) => count - before.counts[i]) };
}

/**
 * The duration that this share of all does not exceed, in microseconds: within its bucket taken as even, as Prometheus
 * does; null of none.
 */
export function quantile({ bounds, counts }, share) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (let i = 0; i < bounds.length; i++) {
    if (below + counts[i] >= rank && counts[i] > 0) {
      const from = i === 0 ? 0 : bounds[i - 1];
      return from + (bounds[i] - from) * (rank - below) / counts[i];
    }
    below += counts[i];
  }
  return bounds.at(-1);
}
