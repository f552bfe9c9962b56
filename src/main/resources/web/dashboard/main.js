// The dashboard: asks, keeps five minutes of samples, and shows them.

import { findings, quiet } from './attention.js';
import { Chart, Crosshair } from './chart.js';
import { byId, element, fillList, setText } from '../shared/dom.js';
import { bytes, clock, counted, duration, micros, moment, number, percent, sentence, whole, words } from './format.js';
import { Poll } from './poll.js';
import { Samples } from './samples.js';
import { showFacts, Table } from './table.js';

const samples = new Samples();
const crosshair = new Crosshair();
let newest = null;
let order = 'rate';
let awaySince = null;

const CHARTS = [
  { title: 'Streams', format: number, step: 1000, least: 10, lines: [{ key: 'connections', label: 'open' }],
    limit: stats => stats.maxConnections, note: stats => 'of ' + number(stats.maxConnections) },
  { title: 'Events a second', format: number, step: 1000, least: 1,
    lines: [{ key: 'published', label: 'published' }, { key: 'delivered', label: 'delivered' }] },
  { title: 'Delivery latency', format: micros, from: 100,
    lines: [{ key: 'deliveryP50', label: 'p50' }, { key: 'deliveryP99', label: 'p99' }], note: () => 'log scale' },
  { title: 'Publish latency', format: micros, from: 100,
    lines: [{ key: 'publishP50', label: 'p50' }, { key: 'publishP99', label: 'p99' }], note: () => 'log scale' },
  { title: 'Sent to readers, a second', format: bytes, step: 1024, least: 1024,
    lines: [{ key: 'bytesSent', label: 'written' }] },
  { title: 'History', format: bytes, step: 1024, least: 1, fill: true, lines: [{ key: 'historyBytes', label: 'held' }],
    limit: stats => stats.history.maxBytes, note: stats => 'of ' + bytes(stats.history.maxBytes) },
  { title: 'Heap', format: bytes, step: 1024, least: 1, fill: true, lines: [{ key: 'heapUsed', label: 'used' }],
    limit: stats => stats.process.heapMax, note: stats => 'of ' + bytes(stats.process.heapMax) },
  { title: 'Processor', format: percent, step: 1000, least: 1, fill: true,
    lines: [{ key: 'cpu', label: 'in use' }, { key: 'gc', label: 'GC pauses' }],
    limit: () => 100, note: stats => 'of ' + stats.process.processors
    + (stats.process.processors === 1 ? ' core' : ' cores') },
].map(kind => {
  const chart = new Chart(kind, crosshair);
  byId('charts').append(chart.node);
  return stats => chart.show(samples.all, kind.limit?.(stats) ?? null, kind.note?.(stats));
});

const slow = new Table(byId('slow'), 'Subscribers that are behind', [
  { title: 'User', className: 'name user',
    cell: one => ({ text: one.userId, title: one.userId + ', connection ' + one.connectionId }) },
  { title: 'State', className: 'line', cell: standing },
  { title: 'Behind', number: true, cell: one =>
    ({ text: number(one.eventsBehind), title: whole(one.eventsBehind) + ' events that it has not been sent' }) },
  { title: 'Sent', number: true,
    cell: one => ({ text: number(one.logsSent), title: whole(one.logsSent) + ' events' }) },
  { title: 'Here for', number: true, cell: one => duration(newest.time - one.connectedAt) },
  { title: 'Follows', className: 'name lines', cell: followed },
], 'Everybody keeps up.');

const channels = new Table(byId('channels'), 'The busiest and the most followed channels', [
  { title: 'Channel', className: 'name',
    cell: one => ({ text: one.channel, title: one.channel, href: './?channels=' + encodeURIComponent(one.channel) }) },
  { title: 'Events/s', number: true, cell: one => number(one.perMinute == null ? null : one.perMinute / 60) },
  { title: 'Subscribers', number: true, cell: subscribers },
  { title: 'Held', number: true, cell: one => number(one.events) },
], 'Nothing is followed, and nothing is in history.');

const DIALECTS = { ingest: 'JSON and lines', otlp: 'OpenTelemetry', loki: 'Loki', hec: 'Splunk HEC',
    logplex: 'Heroku', elastic: 'Elasticsearch', journal: 'systemd journal' };

const counts = new Table(byId('counts'), 'Requests refused, streams ended and gaps told, by reason', [
  { title: 'Reason', cell: one => one.reason },
  { title: 'Last 5 min', number: true, cell: one => number(one.lately) },
  { title: 'Since the start', number: true, cell: one => number(one.count) },
], 'Nothing was refused, ended or lost.');

const ingest = new Table(byId('ingest'), 'What log shippers send, by protocol', [
  { title: 'Protocol', cell: one => DIALECTS[one.dialect] ?? one.dialect },
  { title: 'Records/s', number: true, cell: one => number(one.rate) },
  { title: 'Stored', number: true, cell: one => ({ text: number(one.stored), title: whole(one.stored) + ' records' }) },
  { title: 'Rejected', number: true, cell: one => ({ text: number(one.rejected),
      title: whole(one.rejected) + ' records of requests whose other records were stored',
      className: one.rejected ? 'warn' : '' }) },
  { title: 'Refused', number: true, cell: one => ({ text: number(one.refused),
      title: whole(one.refused) + ' requests' + (one.refused ? ': ' + one.reasons : ''),
      className: one.refused ? 'warn' : '' }) },
], 'No log shipper has sent anything.');

/** The subscribers who follow a channel by its name, and those who follow a pattern that matches it. */
function subscribers({ subscriberCount: named, patternSubscriberCount: matched }) {
  if (!matched) return number(named);
  return { text: (named ? number(named) + ' and ' : '') + number(matched) + ' by pattern',
      title: whole(named) + ' by name, ' + whole(matched) + ' by patterns that match it' };
}

function standing(one) {
  if (one.stuckMilliseconds > 1000)
    return { text: 'blocked for ' + duration(one.stuckMilliseconds), className: one.stuckMilliseconds > 10_000 ? 'bad'
        : 'warn', title: 'since then it has not taken what is written to it' };
  return one.live ? { text: 'live, behind', className: 'warn' } : { text: 'catching up', className: 'warn' };
}

function followed(one) {
  const more = one.channelCount - one.channels.length;
  const text = [...one.channels, ...(more > 0 ? ['and ' + more + ' more'] : [])].join('\n');
  return { text, title: text };
}

function showBoard(stats) {
  for (const show of CHARTS) show(stats);
  const found = findings(stats, samples);
  const items = found.length ? found.map(one => ({ className: one.bad ? 'bad' : 'warn', text: one.text }))
      : [{ className: 'good', text: quiet(samples) }];
  fillList(byId('attention'), items, () => element('li'), (item, one) => {
    item.className = one.className;
    setText(item, one.text);
  });
  setText(byId('slow-count'), stats.slowSubscriberCount > stats.slowSubscribers.length
    ? 'the ' + stats.slowSubscribers.length + ' slowest of ' + number(stats.slowSubscriberCount)
    : stats.slowSubscriberCount ? String(stats.slowSubscriberCount) : '');
  slow.show(stats.slowSubscribers);
  showChannels(stats);
  showFacts(byId('log'), logFacts(stats));
  showFacts(byId('process'), processFacts(stats));
  counts.show(countRows(stats));
  ingest.show(ingestRows(stats.ingest));
}

/** The dialects that somebody has spoken, the busiest first. */
function ingestRows({ requests, records }) {
  const rows = [];
  for (const [dialect, { accepted, partial, ...refused }] of Object.entries(requests)) {
    const reasons = Object.entries(refused).filter(([, count]) => count);
    const sum = reasons.reduce((all, [, count]) => all + count, 0);
    if (accepted + partial + sum === 0) continue;
    rows.push({ dialect, ...records[dialect], refused: sum, rate: samples.newest?.records?.[dialect],
        reasons: reasons.map(([reason, count]) => words(reason) + ' ' + number(count)).join(', ') });
  }
  return rows.sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0) || b.stored - a.stored);
}

function showChannels(stats) {
  const by = order === 'rate' ? one => one.perMinute ?? -1 : one => one.subscriberCount
      + (one.patternSubscriberCount ?? 0);
  setText(byId('channel-count'), number(stats.totalChannels) + ' with a subscriber');
  channels.show(stats.topChannels.toSorted((a, b) => by(b) - by(a)).slice(0, 20));
  byId('by-rate').setAttribute('aria-pressed', String(order === 'rate'));
  byId('by-subscribers').setAttribute('aria-pressed', String(order !== 'rate'));
}

/** The facts of any kind of log, in its own words, and in better words where this page knows them. */
function logFacts({ log, history }) {
  const { kind, bytes: held, maxBytes, floor, newest: last, trouble, connected, behindMilliseconds: behind,
      ...own } = log;
  const facts = [['Kind', { text: kind === 'memory' ? 'in memory' : kind, className: 'plain' }], ['State', state(log)]];
  if (behind != null)
    facts.push(['Behind the broker', behind < 1000 ? 'nothing' : { text: duration(behind), className: behind < 10_000
        ? 'warn' : 'bad' }]);
  if (held != null) facts.push(['Holds', bytes(held) + (maxBytes == null ? '' : ' of ' + bytes(maxBytes))]);
  facts.push(['Newest id', last]);
  if (floor != null) facts.push(['Oldest place', floor]);
  facts.push(['In memory', number(history.events) + ' events, ' + bytes(history.bytes)]);
  for (const [name, value] of Object.entries(own))
    facts.push([sentence(words(name)), typeof value === 'number' ? (/bytes$/i.test(name) ? bytes(value) : number(value))
        : String(value)]);
  return facts;
}

function state({ trouble, connected }) {
  if (trouble) return { text: connected == null ? trouble : 'degraded: ' + trouble, className: 'bad' };
  if (connected === false) return { text: 'connecting', className: 'warn' };
  return { text: connected ? 'connected, takes what is published' : 'takes what is published', className: 'good' };
}

function processFacts({ process, version, stats, events, overflows }) {
  return [
    ['Version', version],
    ['Started', moment(stats.startTime)],
    ['Memory', process.resident == null ? bytes(process.heapCommitted) + ' of heap' : bytes(process.resident)
    + ' in RAM'],
    ['Open files', number(process.openFiles) + (process.maxFiles == null ? '' : ' of ' + number(process.maxFiles))],
    ['GC', counted(process.gcPauses, 'pause') + ', ' + micros(process.gcPauseMilliseconds * 1000)],
    ['Published', whole(stats.logsPublished)],
    ['Delivered', whole(events.delivered) + (events.replayed ? ', of which replayed ' + whole(events.replayed) : '')],
    ['Held back by filters', whole(events.filtered)],
    ['Queues that were full', whole(overflows)],
  ];
}

function countRows(stats) {
  const rows = [];
  for (const [family, title] of [['refusals', 'refused: '], ['ends', 'ended: '], ['gaps', 'gap: ']])
    for (const [reason, count] of Object.entries(stats[family]))
      if (count)
        rows.push({ reason: title + words(reason), count, lately: samples.sum(grown => grown[family][reason]) });
  return rows.sort((a, b) => b.lately - a.lately || b.count - a.count);
}

/** The word in the corner, which is announced when it changes, and the title of the tab. */
function showState(state, className) {
  setText(byId('state'), state);
  byId('state').className = 'pill ' + className;
  document.title = (className === 'good' ? '' : sentence(state) + ' – ') + 'Dashboard';
}

function showGate(title, why, asksToken) {
  byId('gate').hidden = false;
  setText(byId('gate-title'), title);
  setText(byId('gate-why'), why);
  byId('gate-form').hidden = byId('gate-note').hidden = !asksToken;
  byId('board').hidden = newest == null;
  byId('board').classList.add('old');
  byId('notice').hidden = true;
}

const STATES = { healthy: 'good', starting: 'warn', degraded: 'bad', draining: 'warn' };

const poll = new Poll({
  shown(stats) {
    newest = stats;
    awaySince = null;
    crosshair.endsAt('now');
    samples.add(stats, Date.now());
    byId('gate').hidden = byId('notice').hidden = true;
    byId('board').hidden = false;
    byId('board').classList.remove('old');
    byId('forget').hidden = !poll.hasToken;
    showState(stats.status, STATES[stats.status] ?? 'warn');
    setText(byId('identity'), stats.version + ' · up ' + duration(stats.uptime) + ' · '
        + (stats.log.kind === 'memory' ? 'log in memory' : 'log: ' + stats.log.kind));
    showBoard(stats);
  },
  locked(wrong, detail) {
    byId('forget').hidden = true;
    showState('locked', 'warn');
    showGate('The dashboard asks for a token', wrong ? 'The gateway says: ' + detail + '.'
        : 'It is what the gateway was started with as ADMIN_TOKEN.', true);
    byId('gate-why').classList.toggle('bad', wrong);
    byId('token').focus();
  },
  off(detail) {
    showState('off', 'warn');
    showGate('The dashboard is off', 'The gateway says: ' + detail + '.', false);
  },
  away(why) {
    awaySince ??= samples.newest?.at ?? Date.now();
    showState('away', 'bad');
    byId('gate').hidden = true;
    byId('notice').hidden = false;
    setText(byId('notice'), 'The gateway is away since ' + clock(awaySince) + ': ' + why + '.'
        + (newest ? ' What is shown is from then.' : '') + ' This page keeps asking.');
    byId('board').classList.add('old');
    crosshair.endsAt(clock(awaySince));
  },
  paused() {
    samples.pause();
  },
});

byId('gate-form').addEventListener('submit', event => {
  event.preventDefault();
  poll.unlock(byId('token').value.trim());
  byId('token').value = '';
});
byId('forget').addEventListener('click', () => location.reload()); // which forgets all: the token, and what it showed
for (const [id, by] of [['by-rate', 'rate'], ['by-subscribers', 'subscribers']])
  byId(id).addEventListener('click', () => {
    order = by;
    if (newest) showChannels(newest);
  });
poll.now();
