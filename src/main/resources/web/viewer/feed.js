// Which lines are on the page: those that come, and those of the past that one asked for.
import { LogStream, compareIds } from '../client.js';
import { Outages, dropOf, gapOf, told as change } from '../shared/gap.js';
import { Intake } from '../shared/intake.js';
import { LEVELS, lineOf } from '../shared/line.js';
import { BASE } from './gateway.js';
import { nextOf } from './past.js';

/** In pixels: nearer to either end of the lines than that, what is beyond is loaded. */
const NEAR = 400;

/**
 *     idle ──restart──▶ live ──────keepUpNoMore──────▶ past        no stream: a window of what was
 *       │                 ▲                              │
 *       └───restart───────┼────(a link, a time range)───▶│
 *                         └──goLive, or the newest reached┘
 *
 * Either end of the lines knows how to go on: `older` and `newer` are { at, more, busy }, `at` being an id, or null for
 * that of the first line.
 */
export class Feed {
  #state;
  #lines;
  #rows;
  #past;
  #token;
  #names;
  #on;
  #intake;
  #stream = null;
  #mode = 'idle';
  #older = end(true);
  #newer = end(false);
  /** Whether lines at the start were found by a search, which left out others between them. */
  #searched = false;
  #outages = new Outages(compareIds);
  #asked = new AbortController();

  /**
   * @param parts { state, lines, rows, past, token(), names(), bounds }: `names` gives a promise of the names of the
   *              channels that there are, and `bounds` are of what may wait during a pause
   * @param on { state(stand), event(), line(line), gap(row), found(line), lost(row), changed(), failed(error),
   *           stopped(line) }: `lost` is told what stands where the line would, or null
   */
  constructor({ state, lines, rows, past, token, names, bounds }, on) {
    this.#state = state;
    this.#lines = lines;
    this.#rows = rows;
    this.#past = past;
    this.#token = token;
    this.#names = names;
    this.#on = on;
    this.#intake = new Intake(bounds, item => this.#take(item),
        (count, first, last) => this.#dropped(count, first, last), () => {
      if (!document.hidden) rows.draw();
      on.changed();
    });
  }

  get mode() {
    return this.#mode;
  }

  get stream() {
    return this.#stream;
  }

  /** Lines at the start may have gone since: then there are older ones again. */
  get older() {
    const first = this.#lines.first?.id ?? null;
    const older = this.#older;
    if (older.first === null) Object.assign(older, { at: older.at ?? first, first });
    else if (older.first !== first && !older.busy) Object.assign(older, { at: first, first, more: true });
    return this.#older;
  }

  get newer() {
    return this.#newer;
  }

  get paused() {
    return this.#intake.paused;
  }

  /** How many lines wait while it is paused. */
  get held() {
    return this.#intake.held;
  }

  // ---- transitions

  /** Begins anew, with what the view names. */
  restart() {
    this.#leave();
    this.#lines.clear();
    this.#rows.shutAll();
    this.#rows.target = null;
    const { channels, range, line } = this.#state.view;
    if (channels.length === 0) this.#enter('idle', { name: 'stopped' });
    else if (line !== null) this.#openLine(line);
    else if (range !== null) this.#openRange();
    else {
      this.#rows.follow();
      this.#connect(null);
    }
    this.#on.changed();
  }

  /** There is another token: goes on where it was. */
  reconnect() {
    if (this.#mode === 'live') this.#connect(this.#stream?.cursor ?? null);
    else this.restart();
  }

  pause(paused) {
    this.#intake.pause(paused);
  }

  /** Stops the stream: the lines around the one that is being read leave no room for more. */
  keepUpNoMore() {
    const last = this.#lines.last;
    this.#leave();
    Object.assign(this.#newer, { at: last?.id ?? null, more: true });
    this.#enter('past', { name: 'past' });
    this.#on.stopped(last);
    this.#rows.request();
  }

  /** The lines that are shown are others now: what a search found has its end there. */
  narrowed() {
    this.#abort();
    if (this.#searched) this.#lines.dropWhile(line => line.searched === true || line.kind !== 'log');
    this.#searched = false;
    this.#older.back = null;
    if (this.#mode === 'past' && this.#state.view.range !== null) this.restart();
  }

  /** Drawn: loads what is beyond the edge that one comes near to. */
  drawn() {
    if (this.#rows.following || this.#lines.shown === 0) return;
    if (goesOn(this.older) && !this.#state.isNarrowed && this.#rows.isNearStart(NEAR)) this.loadOlder();
    if (this.#mode === 'past' && goesOn(this.#newer) && this.#rows.isNearEnd(NEAR)) this.loadNewer();
  }

  // ---- loading

  /** Loads older lines; while some are held back, looks for those that are not. */
  async loadOlder() {
    const { wanted, view } = this.#state;
    const edge = this.older;
    this.#rows.stay();
    await this.#load(edge, async signal => {
      const search = await this.#search();
      signal.throwIfAborted();
      const since = view.range?.since ?? null;
      const at = edge.at ?? this.#place();
      const found = await this.#past.older({ channels: view.channels, at, since, ...search }, signal,
        (count, back) => this.#progress(count, back), () => edge.stop);
      signal.throwIfAborted();
      const fresh = found.lines.filter(line => this.#lines.first === null
          || compareIds(line.id, this.#lines.first.id) < 0);
      const narrow = !wanted.isAll || search.keep !== null;
      if (narrow) for (const line of fresh) line.searched = true;
      this.#searched ||= narrow;
      const gone = this.#lines.prepend(fresh);
      Object.assign(edge, { at: found.at, more: found.more, back: found.back, first: this.#lines.first?.id ?? null });
      if (gone > 0 && this.#mode === 'live') this.keepUpNoMore();
      else if (gone > 0) Object.assign(this.#newer, { at: this.#lines.last.id, more: true });
    });
  }

  /** Loads newer lines; at the newest it is live again. */
  async loadNewer() {
    const { view } = this.#state;
    await this.#load(this.#newer, async signal => {
      const range = view.range ?? { since: null, until: null };
      const search = view.range === null ? { parameters: [], keep: null } : await this.#search();
      signal.throwIfAborted();
      const found = await this.#past.newer({ channels: view.channels, at: this.#newer.at, ...range, ...search },
          signal);
      signal.throwIfAborted();
      for (const line of found.lines) this.#append(line);
      for (const gap of found.gaps) this.#gap(gapOf(gap, Date.now()));
      Object.assign(this.#newer, { at: found.at, more: found.more });
      if (found.more || view.range !== null || found.at === null) return;
      this.#connect(found.at);
      if (found.lines.length === 0 && this.#rows.isNearEnd(1)) this.#rows.follow(); // no scrolling will say so
    });
  }

  /** Loads what is left of a gap, into its place. */
  async fill(row) {
    const busy = { busy: false };
    let put = 0;
    await this.#load(busy, async signal => {
      const found = await this.#past.hole(this.#state.view.channels, row, signal);
      signal.throwIfAborted();
      put = this.#lines.merge(found.lines, compareIds);
      const told = leftOf(row, found, put);
      if (told === null) this.#lines.remove(row);
      else this.#replace(row, change(row, told));
      this.#rows.rebuild();
    });
    return put;
  }

  /** A search ends with the page that it is at; what it has found stays. */
  stopLoading() {
    this.#older.stop = true;
  }

  // ---- inside

  async #openLine(id) {
    this.#enter('past', { name: 'connecting' });
    this.#rows.following = false;
    await this.#load(this.#older, async signal => {
      const { lines, gaps, line, older, newer } = await this.#past.around(this.#state.view.channels, id, signal);
      signal.throwIfAborted();
      for (const one of lines) this.#append(one);
      for (const gap of gaps) this.#gap(gapOf(gap, Date.now()));
      Object.assign(this.#older, older, { first: lines[0]?.id ?? null });
      Object.assign(this.#newer, newer);
      this.#enter('past', { name: 'past' });
      if (line !== null) this.#on.found(line);
      else this.#on.lost(this.#outages.row ?? this.#lines.firstOf(one => compareIds(one.id, id) > 0));
      if (!newer.more) this.#connect(newer.at);
    });
  }

  async #openRange() {
    this.#enter('past', { name: 'past' });
    this.#rows.following = false;
    this.#older = end(false);
    this.#newer = end(true);
    await this.loadNewer();
    this.#rows.showFirst();
  }

  /** @param cursor where to go on; else it begins where the view says */
  #connect(cursor) {
    this.#stream?.stop();
    this.#mode = 'live';
    this.#rows.canFollow = true;
    this.#rows.unseen = 0;
    this.#newer = end(false);
    this.#outages.end();
    const { channels, start } = this.#state.view;
    const [parameter, value] = start.split('=');
    this.#stream = new LogStream(BASE, {
      channels, [parameter]: value, token: this.#token, cursor,
      onEvent: event => {
        this.#on.event();
        this.#intake.push(event);
      },
      onGap: gap => this.#intake.push({ gap: { ...gap } }),
      onState: stand => this.#on.state(stand),
    }).start();
  }

  #enter(mode, stand) {
    this.#mode = mode;
    this.#rows.canFollow = mode !== 'past';
    this.#on.state(stand);
  }

  /** Nothing comes any more, and nothing that was asked for. */
  #leave() {
    this.#abort();
    this.#stream?.stop();
    this.#stream = null;
    this.#intake.clear();
    this.#intake.pause(false);
    this.#older = end(true);
    this.#newer = end(false);
    this.#searched = false;
    this.#outages.end();
    this.#rows.following = false;
  }

  #abort() {
    this.#asked.abort();
    this.#asked = new AbortController();
  }

  /** The parameters of a search of the past, and the filter that the page applies itself. */
  async #search() {
    const { wanted, view } = this.#state;
    const everything = wanted.isAll && view.levels.size === LEVELS.length;
    if (everything) return { parameters: [], keep: null };
    const least = view.levels.has('none') ? undefined : LEVELS.findLast(level => view.levels.has(level));
    const names = view.text === '' || view.regex ? [] : await this.#names();
    const passes = wanted.passes ?? (() => true);
    return { parameters: [...wanted.parameters(names), ...least === undefined ? [] : [['level', least]]],
      keep: line => view.levels.has(line.level) && passes(line) };
  }

  /** Where the stream is, when no line has come yet: what is before it is older. */
  #place() {
    const cursor = this.#stream?.cursor ?? null;
    return cursor === null ? null : nextOf(cursor);
  }

  async #load(edge, work) {
    const { signal } = this.#asked;
    edge.busy = true;
    edge.stop = false;
    edge.fault = null;
    this.#on.changed();
    try {
      await work(signal);
    } catch (failed) {
      if (!signal.aborted) {
        edge.fault = failed.message;
        this.#on.failed(failed);
      }
    }
    edge.busy = false;
    edge.progress = null;
    this.#rows.request();
    this.#on.changed();
  }

  #progress(count, back) {
    this.#older.progress = { count, back };
    this.#on.changed();
  }

  #take(item) {
    if (item.gap) this.#gap(gapOf(item.gap, Date.now()));
    else {
      const line = lineOf(item);
      if (!this.#lines.room(line)) this.keepUpNoMore();
      else {
        this.#append(line);
        this.#on.line(line);
      }
    }
  }

  #append(line) {
    if (this.#lines.add(line)) this.#rows.added(1);
    this.#outages.line();
    const { row } = this.#outages;
    if (row !== null && row.after === null) this.#replace(row, change(row, { after: line.timestamp }));
  }

  /** A gap has its place by its id: before the first line that came after it. */
  #gap(gap) {
    const from = gap.from ?? this.#lines.last?.id ?? null;
    const isAfter = line => from !== null && compareIds(line.id, from) > 0;
    const before = this.#lines.lastOf(line => !isAfter(line));
    const after = before === null ? this.#lines.first : this.#lines.next(before.number, line => line.kind === 'log');
    const [since, until] = [before, after].map(line => line?.timestamp ?? null);
    const row = change(gap, { before: since, after: until, timestamp: until ?? gap.timestamp });
    const earlier = this.#outages.row;
    const widened = this.#outages.widened(row, performance.now());
    if (widened !== null && this.#lines.get(earlier.number) === earlier) {
      this.#lines.replace(earlier, widened);
      this.#rows.rebuild();
    } else {
      this.#lines.insert(row, line => line === after);
      this.#rows.added(0);
      this.#outages.replaced(row);
    }
    this.#on.gap(this.#outages.row);
  }

  #dropped(count, first, last) {
    const from = this.#lines.last?.id ?? null;
    this.#gap(dropOf(count, Date.now(), from, last ?? null));
  }

  #replace(row, other) {
    if (this.#lines.get(row.number) !== row) return;
    this.#lines.replace(row, other);
    if (this.#outages.row === row) this.#outages.replaced(other);
    this.#rows.rebuild();
  }
}

/** Whether more is loaded without being asked for: not after a failure. */
function goesOn({ more, busy, fault }) {
  return more && !busy && fault === null;
}

function end(more) {
  return { at: null, first: null, more, busy: false, back: null, progress: null, fault: null, stop: false };
}

/** The rest of a gap, after some of its lines were put into their places; null when no gap is left. */
function leftOf(row, { gaps, more, at }, put) {
  if (more) return { from: at };
  const known = gaps.every(gap => gap.lost !== null);
  const sum = gaps.reduce((all, gap) => all + (gap.lost ?? 0), 0);
  const lost = gaps.length > 0 && known ? sum : row.lost === null ? null : Math.max(0, row.lost - put);
  if (lost === 0 || lost === null && put > 0 && gaps.length === 0) return null;
  return { lost, some: lost ?? sum, looked: true };
}
