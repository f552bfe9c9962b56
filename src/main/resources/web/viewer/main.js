// The log viewer: what its parts have to do with each other.
import { LogStream, compareIds } from '../client.js';
import { Access } from './access.js';
import { STARTS, around, read, write } from './address.js';
import { ChannelPicker, shared } from './channels.js';
import { Connection, sentence } from './connection.js';
import { detailOf } from '../shared/detail.js';
import { byId, element } from '../shared/dom.js';
import { EmptyState, samples } from './empty.js';
import { announce, number, put, toast } from './feedback.js';
import { FilterField } from './filter.js';
import { BASE, channels, index, publishSample } from './gateway.js';
import { offerActions } from './hover.js';
import { Intake } from '../shared/intake.js';
import { listen } from './keys.js';
import { LevelChips } from './levels.js';
import { LEVELS, dropOf, gapOf, lineOf } from '../shared/line.js';
import { Lines } from '../shared/lines.js';
import { closeMenu, showHelp } from './menus.js';
import { ROWS, sheet } from '../shared/rows-style.js';
import { Rows } from '../shared/rows.js';
import { copy, jsonOf, save, textOf } from '../shared/save.js';
import { Teller } from './teller.js';
import { needle } from '../shared/text.js';
import { TIMES } from '../shared/time.js';

/** The page keeps so many lines, of so many characters in all: the oldest go first. As many may wait while it is paused. */
const CAPACITY = 100_000;
const MAX_CHARACTERS = 64 << 20;
/** As long as nothing is chosen, what there is to choose is looked up so often. */
const LOOK_EVERY_SECONDS = 3;
/** In milliseconds: what comes so soon after a connection is history, and no measure of how much is written now. */
const REPLAY = 2000;

document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet(ROWS)];

let view = read(location);
let stream = null;
let known = [];
let development = false;
let received = 0;
let liveFrom = 0;
let sought = view.line;
const sample = samples();
const teller = new Teller();

const scroller = byId('scroller');
const lines = new Lines(CAPACITY, MAX_CHARACTERS);
const rows = new Rows(scroller, lines, line => detailOf(line, lines.needle, {
  copy: copyLine, copyJson: line => copied(line.text, 'JSON'), link: copyLink, around: narrowed() ? showAround : null,
}), drawn);
const intake = new Intake({ count: CAPACITY, weight: MAX_CHARACTERS }, take, count => append(dropOf(count, Date.now())), () => {
  if (!document.hidden) rows.draw();
  refresh();
});
const access = new Access(() => {
  loadChannels();
  connect(stream?.cursor);
});
const connection = new Connection(announce, () => lines.size > 0, () => stream?.retryNow());
const filter = new FilterField(() => lines.size, text => filterBy(text, view.levels), () => scroller.focus());
const chips = new LevelChips(levels => filterBy(view.text, levels));
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
  intake.pause(false);
  rows.shutAll();
  rows.target = null;
  if (sought === null) rows.follow();
  look();
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
    if (refused.status === 401) {
      known = [];
      unauthorized(refused);
    }
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
  teller.count(line);
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
  filter.show(text);
  remember();
  lines.filter(levels, needle(text));
  rows.unseen = 0;
  look();
  refresh();
}

/** Rows look as the view says. */
function look() {
  rows.look = { time: view.time, needle: lines.needle, skip: shared(view.channels) };
  scroller.dataset.time = view.time;
  rows.rebuild();
}

function clearFilter() {
  filterBy('', new Set(LEVELS));
}

/** Whether some lines are hidden. */
function narrowed() {
  return view.text !== '' || view.levels.size < LEVELS.length;
}

/** Shows the line among those that the filter hides. */
function showAround(line) {
  clearFilter();
  rows.shutAll();
  rows.target = line.number;
  rows.show(line);
}

// ---- what is shown around them

/** Shows what has changed: counts, and what stands in place of lines. */
function refresh() {
  chips.show(lines.counts, view.levels);
  put('count', narrowed() ? `${number(lines.shown)} of ${number(lines.size)}` : number(lines.size));
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
  else if (state.name === 'ended' && state.reason !== 'unauthorized') empty.ended(state.reason, sentence(state.detail), access.token === null ? null : () => byId('access-open').click());
  else empty.hide();
  scroller.classList.toggle('one-channel', view.channels.length === 1 && !view.channels[0].includes('*'));
  scroller.classList.toggle('one-workspace', rows.look.skip === 3);
}

function drawn() {
  const button = byId('newer');
  button.hidden = rows.following || lines.shown === 0;
  put('newer-text', rows.unseen === 0 ? 'Follow' : `${number(rows.unseen)} new ${rows.unseen === 1 ? 'line' : 'lines'}`);
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

/** Writes the view into the page's address. */
function remember() {
  try {
    history.replaceState(null, '', address(view));
  } catch (tooOften) { // Safari allows a hundred in half a minute; the next one writes it all
  }
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
  return lines.get(Number(row.dataset.number));
}

function onCurrent(action) {
  const line = rows.current === null ? null : lines.get(rows.current);
  if (line?.kind === 'log') action(line);
}

offerActions(scroller, lineOfRow, { copy: copyLine, link: copyLink });
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
  remember();
  look();
}

const start = byId('start');
start.append(...STARTS.map(([value, name]) => element('option', { value }, name)));
start.addEventListener('change', () => {
  view = { ...view, start: start.value, line: null };
  sought = null;
  history.pushState(null, '', address(view));
  restart();
});

listen({
  filter: () => filter.focus(),
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
  escape: () => {
    if (closeMenu()) return;
    if (filter.isUsed()) filterBy('', view.levels);
    else {
      rows.shutAll();
      scroller.focus();
    }
  },
  help: showHelp,
});

function fromAddress() {
  const before = view;
  view = read(location);
  filter.show(view.text);
  lines.filter(view.levels, needle(view.text));
  showView();
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
  look();
}

window.addEventListener('popstate', fromAddress);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  rows.rebuild();
  if (connection.state.name === 'waiting') stream?.retryNow();
});

let before = 0;
let idle = 0;
setInterval(() => {
  connection.tick(performance.now() < liveFrom ? 0 : received - before);
  before = received;
  if (view.time === 'relative') rows.retime();
  if (view.channels.length === 0 && !document.hidden && byId('access').hidden && ++idle % LOOK_EVERY_SECONDS === 0) loadChannels();
  teller.tick(intake.paused || !rows.following);
}, 1000);

filter.show(view.text);
lines.filter(view.levels, needle(view.text));
showView();
picker.choose(view.channels);
index().then(found => {
  development = found.environment === 'development';
  byId('version').textContent = found.version;
  refresh();
}, () => {});
restart();
