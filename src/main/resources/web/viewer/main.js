// The log viewer: what its parts have to do with each other.
import { LogStream, compareIds } from '../client.js';
import { Access } from './access.js';
import { STARTS } from './address.js';
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
import { LEVELS, dropOf, gapOf, joined, lineOf } from '../shared/line.js';
import { Lines } from '../shared/lines.js';
import { closeMenu, showHelp } from './menus.js';
import { ROWS, sheet } from '../shared/rows-style.js';
import { Rows } from '../shared/rows.js';
import { copy, jsonOf, save, textOf } from '../shared/save.js';
import { State } from './state.js';
import { Teller } from './teller.js';
import { needle } from '../shared/text.js';
import { TIMES } from '../shared/time.js';
import { Traffic } from './traffic.js';

/**
 * The page keeps so many lines, of so many characters in all: the oldest go first. As many may wait while it is paused.
 */
const CAPACITY = 100_000;
const MAX_CHARACTERS = 64 << 20;
/** In milliseconds: gaps that come so soon after each other are of one outage. */
const SAME_OUTAGE = 5000;
/** As long as nothing is chosen, what there is to choose is looked up so often. */
const LOOK_EVERY_SECONDS = 3;
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet(ROWS)];

const state = new State(location);
const traffic = new Traffic();
let stream = null;
/** The gap that was told last, and when that was. */
let outage = null;
let widened = 0;
const sample = samples();
const teller = new Teller();

const scroller = byId('scroller');
const lines = new Lines(CAPACITY, MAX_CHARACTERS);
const rows = new Rows(scroller, lines, line => detailOf(line, lines.needle, {
  copy: copyLine, copyJson: line => copied(line.text, 'JSON'), link: copyLink, around: state.isNarrowed
      ? showAround : null,
}), drawn);
const intake = new Intake({ count: CAPACITY, weight: MAX_CHARACTERS }, take,
    count => append(dropOf(count, Date.now())), () => {
  if (!document.hidden) rows.draw();
  refresh();
});
const access = new Access(() => {
  loadChannels();
  connect(stream?.cursor);
});
const connection = new Connection(announce, () => lines.size > 0, () => stream?.retryNow());
const filter = new FilterField(() => lines.size, text => filterBy(text, state.view.levels), () => scroller.focus());
const chips = new LevelChips(levels => filterBy(state.view.text, levels));
const picker = new ChannelPicker(loadChannels, names => {
  state.follow(names);
  history.pushState(null, '', state.address);
  restart();
});
const empty = new EmptyState({ choose: name => picker.add(name), clearFilter, copy: text => copied(text, 'Command'),
    sample: async name => {
  if (state.view.channels.length === 0) picker.add(name);
  await publishSample(name, sample.next().value).catch(refused => toast(refused.message));
} });

// ---- the stream

function restart() {
  lines.clear();
  intake.clear();
  intake.pause(false);
  rows.shutAll();
  rows.target = null;
  if (state.sought === null) rows.follow();
  look();
  byId('notice-line').hidden = true;
  document.title = state.view.channels.length === 0 ? 'Logs' : state.view.channels.join(', ') + ' · Logs';
  refresh();
  connect();
}

/** @param cursor where to go on; else it begins where the view says */
function connect(cursor = null) {
  stream?.stop();
  stream = null;
  if (state.view.channels.length === 0) {
    connection.show({ name: 'stopped' });
    loadChannels();
    return;
  }
  const [parameter, value] = state.view.start.split('=');
  stream = new LogStream(BASE, {
    channels: state.view.channels, [parameter]: value, token: () => access.token,
    cursor,
    onEvent: event => {
      traffic.count();
      intake.push(event);
    },
    onGap: gap => intake.push({ gap: { ...gap } }),
    onState: stand => {
      connection.show(stand);
      if (stand.name === 'ended' && stand.reason === 'unauthorized') unauthorized(stand);
      else if (stand.name === 'live') {
        access.hide();
        traffic.begin();
      }
      refresh();
    },
  }).start();
}

function unauthorized({ detail, scheme }) {
  if (scheme === 'Bearer' && access.token === null)
    access.ask('This gateway asks for a token', 'Whoever runs it can give you one that opens the logs you may read.');
  else if (scheme === 'Bearer') access.ask('The token was not accepted', sentence(detail));
  else connection.show({ name: 'ended', reason: 'forbidden', detail });
}

async function loadChannels() {
  try {
    state.learn(await channels(access.token));
  } catch (refused) {
    if (refused.status === 401) {
      state.learn([]);
      unauthorized(refused);
    }
  }
  refresh();
  return state.known;
}

// ---- the lines

function take(item) {
  append(item.gap ? gapOf(item.gap, Date.now()) : lineOf(item));
}

function append(line) {
  if (line.kind === 'gap' && widen(line)) return;
  const passes = lines.add(line);
  if (passes) rows.added(1);
  if (line.kind === 'gap') {
    outage = line;
    announce(line.message);
  }
  teller.count(line);
  if (state.sought !== null && line.kind === 'log') seek(line);
}

/** What is lost of many channels by one cut is told in one row, where the first of it is. */
function widen(line) {
  const now = performance.now();
  const whole = outage !== null && now - widened < SAME_OUTAGE && lines.get(outage.number) === outage
      ? joined(outage, line) : null;
  widened = now;
  if (whole === null) return false;
  lines.replace(outage, whole);
  outage = whole;
  rows.rebuild();
  return true;
}

/** Looks for the line that the address names; ids are in order, so one beyond it shows that it is not there. */
function seek(line) {
  const order = compareIds(line.id, state.sought);
  if (order < 0) return;
  if (order === 0) found(line);
  else lost();
}

function found(line) {
  state.found();
  rows.target = line.number;
  rows.rebuild();
  rows.show(line);
  announce('The line of the link is shown');
}

function lost() {
  state.lost();
  byId('notice-line').hidden = false;
  announce('The line of the link is not in history any more');
}

function filterBy(text, levels) {
  state.narrow(text, levels);
  filter.show(text);
  remember();
  lines.filter(levels, needle(text));
  rows.unseen = 0;
  look();
  refresh();
}

/** Rows look as the view says. */
function look() {
  rows.look = { time: state.view.time, needle: lines.needle, skip: shared(state.view.channels) };
  scroller.dataset.time = state.view.time;
  rows.rebuild();
}

function clearFilter() {
  filterBy('', new Set(LEVELS));
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
  chips.show(lines.counts, state.view.levels);
  put('count', state.isNarrowed ? `${number(lines.shown)} of ${number(lines.size)}` : number(lines.size));
  byId('pause').setAttribute('aria-pressed', String(intake.paused));
  put('pause-text', intake.paused ? 'Resume' : 'Pause');
  document.body.classList.toggle('paused', intake.paused);
  put('paused-text', intake.held === 0 ? 'Paused. Nothing new so far.'
      : `Paused. ${number(intake.held)} new ${intake.held === 1 ? 'line waits' : 'lines wait'}.`);
  byId('paused').hidden = !intake.paused;
  const stand = connection.state;
  if (lines.shown > 0 || !byId('access').hidden) empty.hide();
  else if (lines.size > 0) empty.filtered(lines.size);
  else if (state.view.channels.length === 0) empty.choose(state.known, state.development);
  else if (stand.name === 'live') empty.waiting(stand.channels, state.development);
  else if (stand.name === 'ended' && stand.reason !== 'unauthorized')
    empty.ended(stand.reason, sentence(stand.detail), access.token === null ? null : () => byId('access-open').click());
  else empty.hide();
  scroller.classList.toggle('one-channel', state.view.channels.length === 1 && !state.view.channels[0].includes('*'));
  scroller.classList.toggle('one-workspace', rows.look.skip === 3);
}

function drawn() {
  const button = byId('newer');
  button.hidden = rows.following || lines.shown === 0;
  put('newer-text', rows.unseen === 0 ? 'Follow'
      : `${number(rows.unseen)} new ${rows.unseen === 1 ? 'line' : 'lines'}`);
}

async function copied(text, what) {
  toast(await copy(text) ? what + ' copied' : 'The browser does not let this page copy');
}

function copyLine(line) {
  return copied(textOf(line), 'Line');
}

function copyLink(line) {
  return copied(new URL(state.addressOf(line), location.href).href, 'Link');
}

/** Writes the view into the page's address. */
function remember() {
  try {
    history.replaceState(null, '', state.address);
  } catch (tooOften) { // Safari allows a hundred in half a minute; the next one writes it all
  }
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
byId('save-ndjson').addEventListener('click', () => save(lines, state.view.channels, 'ndjson'));
byId('save-text').addEventListener('click', () => save(lines, state.view.channels, 'text'));
byId('notice-line-close').addEventListener('click', () => byId('notice-line').hidden = true);

const time = byId('time');
time.addEventListener('change', () => showTime(time.value));
function showTime(how) {
  state.tell(how);
  time.value = how;
  remember();
  look();
}

const start = byId('start');
start.append(...STARTS.map(([value, name]) => element('option', { value }, name)));
start.addEventListener('change', () => {
  state.begin(start.value);
  history.pushState(null, '', state.address);
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
  time: () => showTime(TIMES[(TIMES.indexOf(state.view.time) + 1) % TIMES.length]),
  escape: () => {
    if (closeMenu()) return;
    if (filter.isUsed()) filterBy('', state.view.levels);
    else {
      rows.shutAll();
      scroller.focus();
    }
  },
  help: showHelp,
});

function fromAddress() {
  const another = state.arrive(location);
  filter.show(state.view.text);
  lines.filter(state.view.levels, needle(state.view.text));
  showView();
  if (another) {
    picker.choose(state.view.channels);
    restart();
  } else if (state.sought !== null) {
    const line = lines.withId(state.sought);
    if (line !== null) found(line);
    else lost();
  }
  refresh();
}

function showView() {
  if (![...start.options].some(option => option.value === state.view.start))
    start.append(element('option', { value: state.view.start }, 'from the link on'));
  start.value = state.view.start;
  time.value = state.view.time;
  look();
}

window.addEventListener('popstate', fromAddress);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  rows.rebuild();
  if (connection.state.name === 'waiting') stream?.retryNow();
});

let idle = 0;
setInterval(() => {
  connection.tick(traffic.tick());
  if (state.view.time === 'relative') rows.retime();
  if (state.view.channels.length === 0 && !document.hidden && byId('access').hidden
      && ++idle % LOOK_EVERY_SECONDS === 0)
    loadChannels();
  teller.tick(intake.paused || !rows.following);
}, 1000);

filter.show(state.view.text);
lines.filter(state.view.levels, needle(state.view.text));
showView();
picker.choose(state.view.channels);
index().then(found => {
  state.meet(found);
  byId('version').textContent = found.version;
  refresh();
}, () => {});
restart();
