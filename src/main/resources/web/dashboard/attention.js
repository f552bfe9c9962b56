// Tells an operator first what is wrong now, and what went wrong while this page has looked.

import { bytes, clock, counted, duration, micros, number, percent, sentence, words } from './format.js';

const ALMOST = 0.9;
/** In percent of the processors' time. */
const MUCH_PAUSE = 20;
const LONG_DELIVERY = 1_000_000;
/** The refusals that say something about the gateway's limits rather than about one client's mistake. */
const LIMITS = ['address-limit', 'user-limit', 'rate-limit', 'log-unavailable', 'keys-unavailable', 'node-full'];

/** The findings, the worst first: each with how `bad` it is, and a text. */
export function findings(stats, samples) {
  const found = [];
  const bad = text => found.push({ bad: true, text });
  const warn = text => found.push({ bad: false, text });
  const newest = samples.newest;

  if (stats.status === 'draining')
    warn('It is shutting down: every stream is sent what is left for it, and nothing new is taken.');
  if (stats.status === 'starting') warn('It is starting: the log is being read back.');
  if (stats.log.trouble) bad(sentence(stats.log.trouble) + '.');
  if (samples.areOfSeveral)
    bad('Several gateways answer at this address: what is shown is now of one, now of another. Open this page at one '
        + 'of them.');
  const starts = samples.all.filter(sample => sample.restarted);
  if (starts.length && !samples.areOfSeveral)
    bad('It was started again at ' + starts.map(sample => clock(sample.at)).join(', ') + '.');
  const faults = samples.sum(grown => grown.refusals.fault) + samples.sum(grown => grown.ends.failed);
  if (faults) bad(counted(faults, 'fault') + ' of the gateway’s own: they are in its log.');
  const gaps = samples.sum(grown => total(grown.gaps));
  const lost = samples.sum(grown => grown.lost);
  if (gaps)
    bad((lost ? counted(lost, 'event') + ' lost to readers, told in ' + counted(gaps, 'gap') : counted(gaps, 'gap')
        + ' told to readers')
    + ' (' + reasons(samples, 'gaps') + ').');
  if (stats.totalConnections >= stats.maxConnections * ALMOST)
    bad(number(stats.totalConnections) + ' streams of the ' + number(stats.maxConnections)
        + ' that MAX_CONNECTIONS allows.');

  if (stats.slowSubscriberCount)
    warn(counted(stats.slowSubscriberCount, 'subscriber') + (stats.slowSubscriberCount === 1 ? ' is' : ' are')
        + ' behind.');
  const stuck = samples.sum(grown => grown.ends['write-timeout']);
  if (stuck) warn(counted(stuck, 'stream') + ' cut, since the client did not read.');
  const limited = LIMITS.filter(reason => samples.sum(grown => grown.refusals[reason]));
  if (limited.length)
    warn('Requests refused: ' + limited.map(reason => words(reason) + ' '
        + number(samples.sum(grown => grown.refusals[reason]))).join(', ') + '.');
  const denied = samples.sum(grown => (grown.refusals['no-credential'] ?? 0) + (grown.refusals['bad-credential'] ?? 0)
      + (grown.refusals['not-allowed'] ?? 0));
  if (denied) warn(counted(denied, 'request') + ' refused for want of a credential or a right.');
  if (newest?.deliveryP99 > LONG_DELIVERY)
    warn('One event in a hundred takes ' + micros(newest.deliveryP99) + ' or longer to its readers.');
  if (newest?.gc > MUCH_PAUSE)
    warn('The garbage collector stops the gateway for ' + percent(newest.gc) + ' of the time.');
  if (leastHeap(samples) >= stats.process.heapMax * ALMOST)
    warn('The heap stays full: ' + bytes(stats.process.heapUsed) + ' of ' + bytes(stats.process.heapMax) + '.');
  if (stats.process.openFiles >= stats.process.maxFiles * ALMOST)
    warn(number(stats.process.openFiles) + ' open files of the ' + number(stats.process.maxFiles)
        + ' that the system allows.');
  return found.sort((a, b) => b.bad - a.bad);
}

/** The sentence for a gateway with which nothing is wrong. */
export function quiet(samples) {
  const all = samples.all;
  const seen = all.length ? all.at(-1).at - all[0].at : 0;
  return 'Nothing needs attention' + (seen < 10_000 ? '.' : ': looked at for ' + duration(seen) + '.');
}

/** The reasons of a family of counters that grew, as text: "overflow 3, evicted 1". */
export function reasons(samples, family) {
  const grown = {};
  for (const sample of samples.all)
    for (const [reason, count] of Object.entries(sample.grown?.[family] ?? {}))
      if (count) grown[reason] = (grown[reason] ?? 0) + count;
  return Object.entries(grown).sort((a, b) => b[1] - a[1]).map(([reason, count]) => words(reason) + ' ' + number(count))
      .join(', ');
}

/** The heap right after collections is what counts, and that is near the least of the last samples. */
function leastHeap(samples) {
  const last = samples.all.slice(-15);
  return last.length < 15 ? 0 : Math.min(...last.map(sample => sample.heapUsed));
}

function total(counts) {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
