// The log viewer: what its parts have to do with each other.
import { Access } from './access.js';
import { Admission } from './admission.js';
import { ChannelPicker } from './channels.js';
import { Conditions } from './conditions.js';
import { Clip } from './clip.js';
import { Connection } from './connection.js';
import { copyLines, isMarkedByHand, markedIn } from '../shared/copying.js';
import { detailOf } from '../shared/detail.js';
import { byId } from '../shared/dom.js';
import { Edge } from './edge.js';
import { EmptyState, samples } from './empty.js';
import { Feed } from './feed.js';
import { announce, number, toast } from './feedback.js';
import { offerFields } from './fields.js';
import { FilterField } from './filter.js';
import { Find } from './find.js';
import { index, pageOfPast, publishSample } from './gateway.js';
import { Histogram } from './histogram.js';
import { offerActions } from './hover.js';
import { listen } from './keys.js';
import { LevelChips } from './levels.js';
import { Lines } from '../shared/lines.js';
import { closeMenu, showHelp } from './menus.js';
import { Notices } from './notices.js';
import { Past } from './past.js';
import { patterns } from '../client/conditions.js';
import { shared } from '../shared/channel.js';
import { Range } from './range.js';
import { ROWS, sheet } from '../shared/rows-style.js';
import { Rows } from '../shared/rows.js';
import { save } from '../shared/save.js';
import { SavedMenu } from './saved-menu.js';
import { COUNTS, keep, load } from './settings.js';
import { Sieve } from './sieve.js';
import { StartField } from './start.js';
import { State } from './state.js';
import { Status } from './status.js';
import { Teller } from './teller.js';
import { TIMES } from '../shared/time.js';
import { Traffic } from './traffic.js';
import { ViewMenu } from './view.js';

/** The most lines that the page keeps, and the most characters of all of them. As many may wait during a pause. */
const CAPACITY = 100_000;
const MAX_CHARACTERS = 64 << 20;
/** As long as nothing is chosen, what there is to choose is looked up so often. */
const LOOK_EVERY_SECONDS = 3;
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet(ROWS)];

const state = new State(location, load());
const traffic = new Traffic();
const teller = new Teller();
const sample = samples();
const clip = new Clip(state);
const scroller = byId('scroller');
const lines = new Lines(CAPACITY, MAX_CHARACTERS);
const rows = new Rows(scroller, lines, line => detailOf(line, rows.look.needle, {
  time: state.view.time, fields: true, link: line => clip.link(line), around: state.isNarrowed ? showAround : null,
  copy: line => clip.line(line), copyJson: line => clip.json(line),
}), () => status.drawn());
const feed = new Feed({ state, lines, rows,
  past: new Past((parameters, signal) => pageOfPast(parameters, access.token, signal)),
  token: () => access.token, bounds: { count: CAPACITY, weight: MAX_CHARACTERS },
  names: async () => (await admission.channels()).map(({ channel }) => channel)
      .filter(patterns(state.view.channels)) }, {
  event: () => traffic.count(),
  line: line => teller.count(line),
  gap(row) {
    announce(row.message);
    if (rows.following) notices.gap(row);
  },
  found: showTarget,
  lost(row) {
    notices.lineLost(true);
    const near = row ?? lines.last;
    if (near !== null) showRow(near);
    announce('The line of the link is not in history any more');
  },
  stopped(last) {
    notices.stopped(last, state.view.time);
    announce('This page stopped keeping up');
  },
  state: stand => admission.stand(stand),
  failed: refused => refused.status === 401 ? admission.refused(refused) : toast(refused.message),
  changed: () => status.changed(),
});

const access = new Access(() => {
  admission.channels();
  feed.reconnect();
});
const connection = new Connection(announce, () => lines.size > 0, () => feed.stream?.retryNow());
const notices = new Notices({ showGap: showRow, live: goLive });
const admission = new Admission({ state, access, connection, notices, traffic }, () => status.changed());
const filter = new FilterField(() => lines.size, {
  changed: change => narrow(() => state.narrow(change)),
  without: text => narrow(() => state.demand('not', text) && state.narrow({ text: '', regex: false })),
  done: () => scroller.focus(),
});
const conditions = new Conditions((kind, text) => narrow(() => state.drop(kind, text)));
const chips = new LevelChips(levels => narrow(() => state.narrow({ levels })));
const picker = new ChannelPicker(() => admission.channels(), () => access.token,
    names => elsewhere(() => state.follow(names)));
const menu = new ViewMenu(scroller, change => tell(change));
const range = new Range((since, until) => elsewhere(() => state.look(since, until)), goLive);
const start = new StartField(value => elsewhere(() => state.begin(value)), () => range.open(state.view.range));
const edge = new Edge(() => feed.loadOlder(), () => feed.stopLoading());
const find = new Find(lines, {
  mark: look,
  show(line) {
    rows.current = line.number;
    showRow(line);
  },
  current: () => rows.current,
  closed: () => scroller.focus(),
});
const empty = new EmptyState({
  choose: name => picker.add(name),
  clearFilter: () => narrow(() => state.widen()),
  search: () => feed.loadOlder(),
  copy: text => clip.text(text, 'Command'),
  async sample(name) {
    if (state.view.channels.length === 0) picker.add(name);
    await publishSample(name, sample.next().value).catch(refused => toast(refused.message));
  },
});
const histogram = new Histogram(lines, (since, until) => elsewhere(() => state.look(since, until)));
const saved = new SavedMenu({
  current: () => state.filter,
  apply(query) {
    narrow(() => state.apply(query));
    scroller.focus({ preventScroll: true });
  },
  share: query => clip.address(state.addressWith(query)),
  said: toast,
});
const sieve = new Sieve(lines, () => {
  rows.unseen = 0;
  rows.request();
  status.changed();
});
const status = new Status({ state, lines, rows, feed, connection, chips, edge, empty, access, notices,
  histogram });

// ---- transitions of the page: each changes the state, and then what shows it

/** Other lines are needed. */
function elsewhere(change) {
  change();
  history.pushState(null, '', state.address);
  restart();
}

function goLive() {
  if (feed.mode === 'past' || state.view.range !== null) elsewhere(() => state.open());
  else {
    range.show(null);
    start.show(state.view);
    rows.follow();
  }
}

/** Fewer or more of the lines are shown. */
function narrow(change) {
  change();
  remember();
  showFilter();
  feed.narrowed();
  rows.unseen = 0;
  look();
  status.changed();
}

/** The same lines look another way. */
function tell(change) {
  state.tell(change);
  keep(state.settings);
  remember();
  look();
}

function restart() {
  notices.clear();
  document.title = state.view.channels.length === 0 ? 'Logs' : state.view.channels.join(', ') + ' · Logs';
  range.show(state.view.range);
  start.show(state.view);
  look();
  feed.restart();
  if (state.view.channels.length === 0) admission.channels();
}

function fromAddress() {
  const another = state.arrive(location);
  picker.choose(state.view.channels);
  showFilter();
  if (another) restart();
  else {
    feed.narrowed();
    look();
    status.changed();
  }
}

/** Writes the view into the page's address. */
function remember() {
  try {
    history.replaceState(null, '', state.address);
  } catch (tooOften) { // Safari allows a hundred in half a minute; the next one writes it all
  }
}

// ---- the lines

/** Shows the filter, and lets through what it does. */
function showFilter() {
  filter.show(state.view, state.wanted.fault);
  conditions.show(state.view);
  saved.show();
  sieve.filter(state.view.levels, state.wanted.passes);
}

let opened = '';

/** Rows look as the view says, and so do lines that are open. */
function look() {
  const { time } = state.view;
  const { wrap, columns } = state.settings;
  const needle = find.needle ?? state.wanted.needle;
  rows.look = { time, wrap, columns, gaps: true, needle, skip: shared(state.view.channels) };
  if (scroller.dataset.time !== time) {
    scroller.dataset.time = time;
    range.zone(time);
  }
  if (opened !== (opened = [time, needle, state.isNarrowed].join(' '))) rows.renew();
  menu.show(state.settings, time);
  histogram.show({ shown: !state.settings.hidden.includes(COUNTS), range: state.view.range, how: time });
  rows.rebuild();
}

function showTarget(line) {
  rows.target = line.number;
  rows.current = line.number;
  showRow(line);
  announce('The line of the link is shown');
}

function showRow(line) {
  rows.rebuild();
  rows.show(line);
}

/** Shows the line among those that the filter hides. The browser's way back leads to the filter. */
function showAround(line) {
  if (!state.isNarrowed) return;
  if (line.searched === true || state.view.range !== null) { // what is around it is not here
    elsewhere(() => {
      state.widen();
      state.narrow({ line: line.id, range: null });
      showFilter();
    });
    return;
  }
  history.pushState(null, '', state.address);
  narrow(() => state.widen());
  rows.shutAll();
  rows.target = line.number;
  showRow(line);
}

async function fill(row) {
  const count = await feed.fill(row);
  toast(count === 0 ? 'Nothing of it is left' : `${number(count)} ${count === 1 ? 'line' : 'lines'} loaded`);
}

// ---- what people do

function lineOfRow(row) {
  return lines.get(Number(row.dataset.number));
}

function onCurrent(action, gapAction = () => {}) {
  const line = rows.current === null ? null : lines.get(rows.current);
  if (line !== null) (line.kind === 'log' ? action : gapAction)(line);
}

function pause(paused) {
  feed.pause(paused);
  announce(paused ? 'Paused' : 'Going on');
  status.changed();
}

offerActions(scroller, lineOfRow,
    { copy: line => clip.line(line), link: line => clip.link(line), around: showAround });
offerFields(scroller, lineOfRow, {
  only: condition => narrow(() => state.demand('where', condition)
      || toast('It is a condition already, or there are as many as the gateway takes')),
  column: path => menu.add(path),
  copy: text => clip.text(text, 'Value'),
});
copyLines(scroller, () => lines, () => state.view);
scroller.addEventListener('click', event => {
  const row = event.target.closest('.row');
  if (!row || event.target.closest('.actions, .detail, a') || markedIn(scroller) !== null) return;
  const line = lineOfRow(row);
  if (line === null) return;
  if (event.target.closest('.load')) fill(line);
  else if (line.kind === 'log') {
    rows.current = line.number;
    rows.toggle(line);
  }
});
document.addEventListener('selectionchange', () => {
  if (isMarkedByHand(scroller)) rows.stay();
});

byId('pause').addEventListener('click', () => pause(!feed.paused));
byId('newer').addEventListener('click', () => {
  goLive();
  scroller.focus({ preventScroll: true });
});
byId('clear').addEventListener('click', () => {
  lines.clear();
  rows.shutAll();
  if (feed.mode === 'live') rows.follow();
  status.changed();
});
byId('save-ndjson').addEventListener('click', () => save(lines, state.view, 'ndjson'));
byId('save-text').addEventListener('click', () => save(lines, state.view, 'text'));

listen({
  filter: () => filter.focus(),
  find: event => find.isUsed ? 'pass' : find.open(),
  pause: () => pause(!feed.paused),
  last: goLive,
  first: () => rows.showFirst(),
  down: () => rows.step(1),
  up: () => rows.step(-1),
  open: () => onCurrent(line => rows.toggle(line), row => scroller.querySelector(`#row-${CSS.escape(row.number)} .load`)
    && fill(row)),
  copy: () => onCurrent(line => clip.line(line)),
  link: () => onCurrent(line => clip.link(line)),
  around: () => onCurrent(showAround),
  channels: () => picker.focus(),
  time: () => tell({ time: TIMES[(TIMES.indexOf(state.view.time) + 1) % TIMES.length] }),
  wrap: () => tell({ wrap: !state.settings.wrap }),
  counts: () => menu.toggle(COUNTS),
  escape: () => {
    if (closeMenu()) return;
    if (filter.isUsed()) narrow(() => state.narrow({ text: '', regex: false }));
    else {
      find.close();
      rows.shutAll();
      scroller.focus();
    }
  },
  help: showHelp,
});

window.addEventListener('popstate', fromAddress);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  rows.rebuild();
  histogram.changed();
  if (connection.state.name === 'waiting') feed.stream?.retryNow();
});

let idle = 0;
setInterval(() => {
  connection.tick(traffic.tick());
  if (state.view.time === 'relative') rows.retime();
  if (state.view.channels.length === 0 && !document.hidden && byId('access').hidden
      && ++idle % LOOK_EVERY_SECONDS === 0)
    admission.channels();
  teller.tick(feed.paused || !rows.following);
}, 1000);

picker.choose(state.view.channels);
showFilter();
index().then(found => {
  state.meet(found);
  byId('version').textContent = found.version;
  status.changed();
}, () => {});
restart();
