// The log viewer: what its parts have to do with each other.
import { LogStream, compareIds } from '../client.js';
import { Access } from './access.js';
import { STARTS, around, read, write } from './address.js';
import { ChannelPicker } from './channels.js';
import { Connection, sentence } from './connection.js';
import { detailOf } from './detail.js';
import { byId, element } from './dom.js';
import { EmptyState, samples } from './empty.js';
import { BASE, channels, index, publishSample } from './gateway.js';
import { Intake } from './intake.js';
import { KEYS, listen } from './keys.js';
import { LEVELS, dropOf, gapOf, lineOf } from './line.js';
import { Lines } from './lines.js';
import { Rows } from './rows.js';
import { copy, jsonOf, save, textOf } from './save.js';
import { needle } from './text.js';
import { TIMES } from './time.js';

/** The page keeps so many lines, of so many characters in all: the oldest go first. As many may wait while it is paused. */
const CAPACITY = 100_000;
const MAX_CHARACTERS = 64 << 20;
/** In milliseconds: what comes so soon after a connection is history, and no measure of how much is written now. */
const REPLAY = 2000;
/** Their chips are there once there are such lines. */
const RARE = ['fatal', 'trace', 'none'];
/** What the page tells a screen reader of new lines, at most so often. */
const TELL_EVERY_SECONDS = 10;

let view = read(location);
let stream = null;
let known = [];
let development = false;
let received = 0;
let liveFrom = 0;
let told = { seconds: 0, lines: 0, errors: 0 };
let sought = view.line;
const sample = samples();

const scroller = byId('scroller');
const lines = new Lines(CAPACITY, MAX_CHARACTERS);
const rows = new Rows(scroller, lines, line => detailOf(line, lines.needle, { copy: copyLine, copyJson: line => copied(line.text, 'JSON'), link: copyLink }), drawn);
const intake = new Intake({ count: CAPACITY, weight: MAX_CHARACTERS }, take, count => append(dropOf(count, Date.now())), () => {
  if (!document.hidden) rows.draw();
  refresh();
});
const access = new Access(() => {
  loadChannels();
  connect(stream?.cursor);
});
const connection = new Connection(announce, () => lines.size > 0, () => stream?.retryNow());
const picker = new ChannelPicker(loadChannels, names => {
  view = { ...view, channels: names, line: null };
  sought = null;
  history.pushState(null, '', address(view));
  restart();
});
const empty = new EmptyState({ choose: name => picker.add(name), clearFilter, copy: text => copied(text, 'Command'), sample: async name => {
  if (view.channels.length === 0) picker.add(name);
  await publishSample(name, sample.next().value).catch(refused => toast(refused.message));
} });

// ---- the stream

function restart() {
  lines.clear();
  intake.clear();
  rows.shutAll();
  rows.target = null;
  if (sought === null) rows.follow();
  byId('notice-line').hidden = true;
  document.title = view.channels.length === 0 ? 'Logs' : view.channels.join(', ') + ' · Logs';
  refresh();
  connect();
}

/** @param cursor where to go on; else it begins where the view says */
function connect(cursor = null) {
  stream?.stop();
  stream = null;
  if (view.channels.length === 0) {
    connection.show({ name: 'stopped' });
    loadChannels();
    return;
  }
  const [parameter, value] = view.start.split('=');
  stream = new LogStream(BASE, {
    channels: view.channels, [parameter]: value, token: () => access.token,
    cursor,
    onEvent: event => {
      received++;
      intake.push(event);
    },
    onGap: gap => intake.push({ gap: { ...gap } }),
    onState: state => {
      connection.show(state);
      if (state.name === 'ended' && state.reason === 'unauthorized') unauthorized(state);
      else if (state.name === 'live') {
        access.hide();
        liveFrom = performance.now() + REPLAY;
      }
      refresh();
    },
  }).start();
}

function unauthorized({ detail, scheme }) {
  if (scheme === 'Bearer' && access.token === null) access.ask('This gateway asks for a token', 'Whoever runs it can give you one that opens the logs you may read.');
  else if (scheme === 'Bearer') access.ask('The token was not accepted', sentence(detail));
  else connection.show({ name: 'ended', reason: 'forbidden', detail });
}

async function loadChannels() {
  try {
    known = (await channels(access.token)).sort((one, other) => one.channel < other.channel ? -1 : 1);
  } catch (refused) {
    known = [];
    if (refused.status === 401) unauthorized(refused);
  }
  refresh();
  return known;
}

// ---- the lines

function take(item) {
  append(item.gap ? gapOf(item.gap, Date.now()) : lineOf(item));
}

function append(line) {
  const passes = lines.add(line);
  if (passes) rows.added(1);
  told.lines++;
  if (line.level === 'error' || line.level === 'fatal') told.errors++;
  if (sought !== null && line.kind === 'log') seek(line);
}

/** Looks for the line that the address names; ids are in order, so one beyond it shows that it is not there. */
function seek(line) {
  const order = compareIds(line.id, sought);
  if (order < 0) return;
  if (order === 0) found(line);
  else lost();
}

function found(line) {
  sought = null;
  rows.target = line.number;
  rows.rebuild();
  rows.show(line);
  announce('The line of the link is shown');
}

function lost() {
  sought = null;
  byId('notice-line').hidden = false;
  announce('The line of the link is not in history any more');
}

function filterBy(text, levels) {
  view = { ...view, text, levels };
  history.replaceState(null, '', address(view));
  lines.filter(levels, needle(text));
  rows.look = { time: view.time, needle: lines.needle };
  rows.unseen = 0;
  rows.rebuild();
  refresh();
}

function clearFilter() {
  byId('filter').value = '';
  filterBy('', new Set(LEVELS));
}

// ---- what is shown around them

/** Shows what has changed: counts, and what stands in place of lines. */
function refresh() {
  for (const level of LEVELS) showLevel(level, lines.counts[level], view.levels.has(level));
  const narrowed = view.text !== '' || view.levels.size < LEVELS.length;
  put('count', narrowed ? `${number(lines.shown)} of ${number(lines.size)}` : number(lines.size));
  byId('pause').setAttribute('aria-pressed', String(intake.paused));
  put('pause-text', intake.paused ? 'Resume' : 'Pause');
  document.body.classList.toggle('paused', intake.paused);
  put('paused-text', intake.held === 0 ? 'Paused. Nothing new so far.' : `Paused. ${number(intake.held)} new ${intake.held === 1 ? 'line waits' : 'lines wait'}.`);
  byId('paused').hidden = !intake.paused;
  const state = connection.state;
  if (lines.shown > 0 || !byId('access').hidden) empty.hide();
  else if (lines.size > 0) empty.filtered(lines.size);
  else if (view.channels.length === 0) empty.choose(known, development);
  else if (state.name === 'live') empty.waiting(state.channels, development);
  else if (state.name === 'ended' && state.reason === 'forbidden')
    empty.failed('You may not read this', sentence(state.detail), access.token === null ? '' : element('p', {}, element('button', { type: 'button', className: 'primary', on: { click: () => byId('access-open').click() } }, 'Use another token')));
  else if (state.name === 'ended' && state.reason !== 'unauthorized') empty.failed('This can not be followed', sentence(state.detail));
  else empty.hide();
  scroller.classList.toggle('one-channel', view.channels.length === 1 && !view.channels[0].includes('*'));
}

function showLevel(level, count, pressed) {
  const chip = byId('level-' + level);
  if (chip.dataset.count === String(count) && chip.getAttribute('aria-pressed') === String(pressed)) return;
  chip.dataset.count = count;
  chip.setAttribute('aria-pressed', String(pressed));
  chip.classList.toggle('zero', count === 0);
  chip.title = `${number(count)} ${level === 'none' ? 'without a level' : level}. Shift-click: only these`;
  chip.querySelector('.count').textContent = short(count);
}

/** Writes only what has changed. */
function put(id, text) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}

function number(count) {
  return count.toLocaleString('en');
}

function drawn() {
  const button = byId('newer');
  button.hidden = rows.following || lines.shown === 0;
  put('newer-text', rows.unseen === 0 ? 'Follow' : `${number(rows.unseen)} new ${rows.unseen === 1 ? 'line' : 'lines'}`);
}

function short(count) {
  return count < 1000 ? String(count) : count < 100_000 ? (Math.floor(count / 100) / 10) + 'k' : Math.floor(count / 1000) + 'k';
}

/** For those who do not look. */
function announce(text) {
  if (text !== '') byId('status').textContent = text;
}

let toastTimer;
function toast(text) {
  byId('toast').textContent = text;
  byId('toast').hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => byId('toast').hidden = true, 2500);
  announce(text);
}

async function copied(text, what) {
  toast(await copy(text) ? what + ' copied' : 'The browser does not let this page copy');
}

function copyLine(line) {
  return copied(textOf(line), 'Line');
}

function copyLink(line) {
  return copied(new URL(address(around(view, line)), location.href).href, 'Link');
}

function address(view) {
  return location.pathname + write(view);
}

function pause(paused) {
  intake.pause(paused);
  announce(paused ? 'Paused' : 'Going on');
  refresh();
}

// ---- what people do

function lineOfRow(row) {
  const number = Number(row.dataset.number);
  return lines.has(number) ? lines.at(lines.placeOf(number)) : null;
}

function onCurrent(action) {
  if (rows.current === null || !lines.has(rows.current)) return;
  const line = lines.at(lines.placeOf(rows.current));
  if (line.kind === 'log') action(line);
}

const hovered = element('div', { className: 'actions', 'aria-hidden': 'true' },
  element('button', { type: 'button', title: 'Copy line (c)', tabIndex: -1, on: { click: () => copyLine(lineOfRow(hovered.closest('.row'))) } }, 'Copy'),
  element('button', { type: 'button', title: 'Copy link (l)', tabIndex: -1, on: { click: () => copyLink(lineOfRow(hovered.closest('.row'))) } }, 'Link'));

scroller.addEventListener('mouseover', event => {
  const summary = event.target.closest('.row:not(.gap) > .summary');
  if (summary && hovered.parentElement !== summary) summary.append(hovered);
});
scroller.addEventListener('mouseleave', () => hovered.remove());
scroller.addEventListener('click', event => {
  const row = event.target.closest('.row:not(.gap)');
  if (!row || event.target.closest('.actions, .detail') || !document.getSelection().isCollapsed) return;
  const line = lineOfRow(row);
  if (line === null) return;
  rows.current = line.number;
  rows.toggle(line);
});
document.addEventListener('selectionchange', () => {
  const selection = document.getSelection();
  if (!selection.isCollapsed && scroller.contains(selection.anchorNode)) rows.stay();
});

const filter = byId('filter');
let typing;
filter.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => filterBy(filter.value, view.levels), lines.size > 5000 ? 150 : 0);
});
filter.addEventListener('keydown', event => {
  if (event.key === 'Enter') scroller.focus();
});

for (const level of LEVELS) byId('levels').append(element('button', { type: 'button', id: 'level-' + level, className: `level-chip level-${level}${RARE.includes(level) ? ' rare' : ''}`, on: { click(event) {
  const only = event.shiftKey || event.altKey;
  const levels = new Set(only ? [level] : view.levels);
  if (!only && !levels.delete(level)) levels.add(level);
  filterBy(view.text, only && view.levels.size === 1 && view.levels.has(level) ? new Set(LEVELS) : levels);
} } }, element('span', {}, level === 'none' ? 'other' : level), element('span', { className: 'count' }, '0')));

byId('pause').addEventListener('click', () => pause(!intake.paused));
byId('newer').addEventListener('click', () => {
  rows.follow();
  scroller.focus({ preventScroll: true });
});
byId('clear').addEventListener('click', () => {
  lines.clear();
  rows.shutAll();
  rows.follow();
  refresh();
});
byId('save-ndjson').addEventListener('click', () => save(lines, view.channels, 'ndjson'));
byId('save-text').addEventListener('click', () => save(lines, view.channels, 'text'));
byId('notice-line-close').addEventListener('click', () => byId('notice-line').hidden = true);

const time = byId('time');
time.addEventListener('change', () => showTime(time.value));
function showTime(how) {
  view = { ...view, time: how };
  time.value = how;
  history.replaceState(null, '', address(view));
  rows.look = { time: how, needle: lines.needle };
  scroller.dataset.time = how;
  rows.rebuild();
}

const start = byId('start');
start.append(...STARTS.map(([value, name]) => element('option', { value }, name)));
start.addEventListener('change', () => {
  view = { ...view, start: start.value, line: null };
  sought = null;
  history.pushState(null, '', address(view));
  restart();
});

const more = byId('more-toggle');
more.addEventListener('click', () => {
  const open = more.getAttribute('aria-expanded') !== 'true';
  more.setAttribute('aria-expanded', String(open));
  byId('more').classList.toggle('open', open);
});
document.addEventListener('click', event => {
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!menu.contains(event.target) || event.target.closest('button')) menu.open = false;
});

const help = byId('help');
byId('keys').append(...KEYS.flatMap(([keys, what]) => [element('dt', {}, ...keys.flatMap(key => [element('kbd', {}, key), ' '])), element('dd', {}, what)]));
byId('help-open').addEventListener('click', () => help.showModal());
byId('help-close').addEventListener('click', () => help.close());
help.addEventListener('click', event => { if (event.target === help) help.close(); });

listen({
  filter: () => {
    filter.focus();
    filter.select();
  },
  pause: () => pause(!intake.paused),
  last: () => rows.follow(),
  first: () => rows.showFirst(),
  down: () => rows.step(1),
  up: () => rows.step(-1),
  open: () => onCurrent(line => rows.toggle(line)),
  copy: () => onCurrent(copyLine),
  link: () => onCurrent(copyLink),
  channels: () => picker.focus(),
  time: () => showTime(TIMES[(TIMES.indexOf(view.time) + 1) % TIMES.length]),
  escape: event => {
    const menu = document.querySelector('details.menu[open]');
    if (menu) menu.open = false;
    else if (event.target === filter && filter.value !== '') {
      filter.value = '';
      filterBy('', view.levels);
    } else {
      rows.shutAll();
      scroller.focus();
    }
  },
  help: () => help.showModal(),
});

function fromAddress() {
  const before = view;
  view = read(location);
  filter.value = view.text;
  showView();
  lines.filter(view.levels, needle(view.text));
  sought = view.line;
  if (view.channels.join() !== before.channels.join() || view.start !== before.start) {
    picker.choose(view.channels);
    restart();
  } else if (sought !== null) {
    const line = lines.withId(sought);
    if (line !== null) found(line);
    else lost();
  }
  refresh();
}

function showView() {
  if (![...start.options].some(option => option.value === view.start)) start.append(element('option', { value: view.start }, 'from the link on'));
  start.value = view.start;
  time.value = view.time;
  scroller.dataset.time = view.time;
  rows.look = { time: view.time, needle: needle(view.text) };
  rows.rebuild();
}

window.addEventListener('popstate', fromAddress);
// A page that one has left may live on, for the way back: it must not keep one of the six connections that a browser has for a host.
window.addEventListener('pagehide', () => stream?.stop());
window.addEventListener('pageshow', event => { if (event.persisted) stream?.start(); });
window.addEventListener('online', () => stream?.retryNow());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  rows.rebuild();
  if (connection.state.name === 'waiting') stream?.retryNow();
});

let before = 0;
setInterval(() => {
  connection.tick(performance.now() < liveFrom ? 0 : received - before);
  before = received;
  if (view.time === 'relative') rows.retime();
  if (++told.seconds < TELL_EVERY_SECONDS || told.lines === 0) return;
  if (!intake.paused && rows.following) announce(`${told.lines} new ${told.lines === 1 ? 'line' : 'lines'}${told.errors > 0 ? `, ${told.errors} of them errors` : ''}`);
  told = { seconds: 0, lines: 0, errors: 0 };
}, 1000);

filter.value = view.text;
lines.filter(view.levels, needle(view.text));
showView();
picker.choose(view.channels);
index().then(found => {
  development = found.environment === 'development';
  byId('version').textContent = found.version;
  refresh();
}, () => {});
restart();
