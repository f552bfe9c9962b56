/**
 * `<log-view>`: the viewer's rows on anybody's page, as a web component.
 *
 *     <script type="module" src="https://logs.example.com/log-view.js"></script>
 *     <log-view src="https://logs.example.com/" channels="logs:etl:workspace123:*" tail="100" level="info"></log-view>
 *
 * Attributes, which may change at any time:
 *   src        the address of the gateway; without it, where this file came from
 *   channels   names and patterns, with commas between them
 *   level, q, not, where, tail, since
 *              as of `LogStream` in `client.js`; `not` and `where` hold one each: more come by the property `filter`
 *   theme      `light` or `dark`; without it, as the page around it has it
 *   max        the most lines that are kept (10000). While one is scrolled up, the lines around the one that is read
 *              stay. When they leave no room for more, the stream stops. It goes on as soon as one follows again
 *
 * Properties: `token` (as of `LogStream`), `credentials`, `filter` ({ level, q, not, where }, in place of those
 * attributes), `stream` (the `LogStream`). Methods: `clear()`, `follow()`.
 *
 * Events: `log`, `gap` and `state`; their `detail` is what the callbacks of `LogStream` are given.
 *
 * Style: the parts `lines`, `row`, `row-error` (and so on for each level), `gap`, `time`, `level`, `channel`,
 * `message`, `state`, `follow`; the custom properties `--log-view-ground`, `-text`, `-quiet`, `-line`, `-hover`,
 * `-accent`, `-bad`, `-warn`, `-mark`, `-mono`, `-sans`. Nothing else of the page's style sheets reaches it.
 *
 * A page with a Content-Security-Policy needs the gateway in `script-src` and `connect-src`, and nothing for styles.
 */
import { LogStream } from './client.js';
import { shared } from '../shared/channel.js';
import { copyLines, markedIn } from '../shared/copying.js';
import { detailOf } from '../shared/detail.js';
import { element } from '../shared/dom.js';
import { Intake } from '../shared/intake.js';
import { dropOf, gapOf } from '../shared/gap.js';
import { lineOf } from '../shared/line.js';
import { Lines } from '../shared/lines.js';
import { ROWS, TOKENS, sheet } from '../shared/rows-style.js';
import { Rows } from '../shared/rows.js';
import { copy, textOf } from '../shared/save.js';
import { needle } from '../shared/text.js';

const MOST = 10_000;
/** In characters of all lines. */
const MAX_CHARACTERS = 32 << 20;
const STATES = { connecting: 'Connecting …', live: '', hidden: '', stopped: '' };
const BEHIND = 'Stopped keeping up: there is no room for more lines';
/** Attributes that need another stream; what the others change is changed in place. */
const ANEW = ['src', 'tail', 'since', 'max'];
const IN_PLACE = ['channels', 'level', 'q', 'not', 'where'];

const STYLE = `
:host { display: block; height: 320px; contain: content; }
:host([hidden]) { display: none; }
.root { all: initial; ${TOKENS.replace(/--([a-z-]+): (.*);/g, '--$1: var(--log-view-$1, $2);')}
  display: block; position: relative; height: 100%; direction: ltr; color-scheme: light dark;
    background: var(--ground); color: var(--text);
  font: 13px/1.45 var(--sans); }
.root.page { color-scheme: inherit; }
.root.light { color-scheme: light; }
.root.dark { color-scheme: dark; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
dl, dd { margin: 0; }
pre { font-family: var(--mono); font-size: 12px; }
button { font: inherit; color: inherit; min-height: 26px; padding: 0 10px; border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--raised); cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.state { position: absolute; z-index: 1; top: 8px; right: 8px; max-width: calc(100% - 16px); padding: 3px 10px;
  border: 1px solid var(--line);
  border-radius: 6px; background: var(--raised); color: var(--text); }
.state.ended { border-color: var(--bad); color: var(--bad); }
.state:empty { display: none; }
.follow { position: absolute; bottom: 12px; left: 50%; transform: translateX(-50%); border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent); font-weight: 600; }
`;

let styles = null;

/** Where this file came from. */
function origin() {
  const here = new URL('.', import.meta.url);
  return here.pathname.endsWith('/v1/') ? new URL('..', here) : here;
}

/** The element; where there are none, as on a server, a class that does nothing. */
export class LogView extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = [...ANEW, ...IN_PLACE, 'theme'];

  #lines;
  #rows;
  #intake;
  #stream = null;
  #parts = null;
  #token;
  #credentials;
  #filter = null;
  #scheduled = false;
  #anew = false;
  /** Whether what is being read leaves no room for more: the stream is stopped, and what had come from it waits. */
  #behind = false;

  connectedCallback() {
    if (this.#parts === null) this.#build();
    for (const name of ['token', 'credentials', 'filter']) this.#upgrade(name);
    this.#restart();
  }

  disconnectedCallback() {
    this.#stream?.stop();
    this.#stream = null;
  }

  attributeChangedCallback(name, before, now) {
    if (before === now || this.#parts === null) return;
    if (name === 'theme') this.#dress();
    else this.#soon(ANEW.includes(name));
  }

  /** A JWT, or a function that returns one, or a promise of one. */
  get token() {
    return this.#token;
  }

  set token(token) {
    if (token === this.#token) return;
    // asked before every connection anyway
    const both = typeof token === 'function' && typeof this.#token === 'function';
    this.#token = token;
    if (!both) this.#soon(true);
  }

  get credentials() {
    return this.#credentials;
  }

  set credentials(credentials) {
    if (credentials === this.#credentials) return;
    this.#credentials = credentials;
    this.#soon(true);
  }

  /** { level, q, not, where }, of which the latter three may be lists; null for what the attributes say. */
  get filter() {
    return this.#filter ?? Object.fromEntries(['level', 'q', 'not', 'where']
        .map(name => [name, this.getAttribute(name) ?? undefined]));
  }

  set filter(filter) {
    this.#filter = filter ?? null;
    this.#soon(false);
  }

  get stream() {
    return this.#stream;
  }

  /** Takes the lines off the page. */
  clear() {
    if (!this.#behind) this.#intake?.clear(); // else the stream goes on after what waits
    this.#lines?.clear();
    this.#rows?.follow();
  }

  /** Goes to the newest line, and stays there. */
  follow() {
    this.#rows?.follow();
  }

  /** A property that was set before the element was defined hides the property of the class. */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    this[name] = value;
  }

  #build() {
    const scroller = element('div', { className: 'scroller', role: 'grid', tabIndex: 0, 'aria-label': 'Log lines' },
      element('div', { className: 'space', role: 'presentation' },
      element('div', { className: 'window', role: 'rowgroup' })));
    const follow = element('button',
        { type: 'button', className: 'follow', hidden: true, on: { click: () => this.follow() } });
    const state = element('div', { className: 'state', role: 'status' });
    const root = element('div', { className: 'root' }, scroller, state, follow);
    for (const [name, part] of Object.entries({ lines: scroller, follow, state })) part.setAttribute('part', name);
    this.#parts = { root, scroller, follow, state };
    const shadow = this.attachShadow({ mode: 'open' });
    styles ??= [sheet(STYLE), sheet(ROWS)];
    shadow.adoptedStyleSheets = styles;
    shadow.append(root);
    this.#dress();
    scroller.addEventListener('click', event => {
      const row = event.target.closest('.row:not(.gap)');
      if (!row || event.target.closest('.detail, a') || markedIn(scroller) !== null) return;
      const line = this.#lines.get(Number(row.dataset.number));
      if (line === null) return;
      this.#rows.current = line.number;
      this.#rows.toggle(line);
    });
    scroller.addEventListener('keydown', event => this.#key(event));
    scroller.addEventListener('pointermove', event => {
      if (event.buttons > 0 && markedIn(scroller) !== null) this.#rows.stay();
    });
    copyLines(scroller, () => this.#lines, () => ({ time: 'local' }));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.#parts.scroller) return;
    const open = () => {
      const line = this.#rows.current === null ? null : this.#lines.get(this.#rows.current);
      if (line?.kind === 'log') this.#rows.toggle(line);
    };
    const actions = { ArrowDown: () => this.#rows.step(1), ArrowUp: () => this.#rows.step(-1), Enter: open,
        End: () => this.follow(),
      Home: () => this.#rows.showFirst() };
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  }

  #dress() {
    const theme = this.getAttribute('theme');
    this.#parts.root.className = 'root '
        + (theme === 'light' || theme === 'dark' ? theme : getComputedStyle(this).colorScheme === 'normal' ? ''
        : 'page');
  }

  /** Attributes often change together. */
  #soon(anew) {
    this.#anew ||= anew;
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      const all = this.#anew;
      this.#anew = false;
      if (!this.isConnected || this.#parts === null) return;
      if (all || this.#stream === null) this.#restart();
      else {
        this.#stream.setChannels(this.#channels);
        this.#stream.setFilter(this.filter);
        this.#look();
      }
    });
  }

  get #channels() {
    return (this.getAttribute('channels') ?? '').split(',').map(name => name.trim()).filter(name => name !== '');
  }

  #restart() {
    this.#stream?.stop();
    this.#stream = null;
    this.#behind = false;
    this.#intake?.end();
    this.#lines = new Lines(Math.min(1_000_000, Math.max(1, Number(this.getAttribute('max')) || MOST)), MAX_CHARACTERS);
    const actions = { copy: line => copy(textOf(line, 'local')), copyJson: line => copy(line.text), link: null,
        around: null, time: 'local' };
    this.#rows?.end();
    this.#rows = new Rows(this.#parts.scroller, this.#lines, line => detailOf(line, this.#rows.look.needle, actions),
        () => this.#drawn());
    this.#intake = new Intake({ count: MOST, weight: MAX_CHARACTERS },
        item => this.#add(item.gap ? gapOf(item.gap, Date.now()) : lineOf(item)),
      count => this.#add(dropOf(count, Date.now())), () => this.#rows.draw());
    this.#look();
    if (this.#channels.length === 0) return;
    this.#stream = new LogStream(this.getAttribute('src') ?? origin(), {
      channels: this.#channels, ...this.filter, tail: this.getAttribute('tail') ?? undefined,
          since: this.getAttribute('since') ?? undefined,
      token: () => typeof this.#token === 'function' ? this.#token() : this.#token, credentials: this.#credentials,
      onEvent: event => {
        this.#intake.push(event);
        this.#fire('log', event);
      },
      onGap: gap => {
        this.#intake.push({ gap });
        this.#fire('gap', gap);
      },
      onState: state => this.#state(state),
    }).start();
  }

  /** Whether there was room for it. */
  #add(line) {
    if (!this.#lines.room(line)) {
      this.#fallBehind();
      return false;
    }
    if (this.#lines.add(line)) this.#rows.added(1);
    return true;
  }

  #fallBehind() {
    if (this.#behind) return;
    this.#behind = true;
    this.#intake.pause(true);
    this.#stream?.stop();
  }

  /** One follows again, so the oldest lines may go. */
  #catchUp() {
    this.#behind = false;
    this.#intake.pause(false);
    this.#stream?.start();
  }

  #look() {
    const { q } = this.filter;
    const sought = Array.isArray(q) ? q[0] : q;
    const skip = shared(this.#channels);
    const { classList } = this.#parts.scroller;
    this.#rows.look = { time: 'local', needle: needle(sought ?? ''), skip, parts: true };
    classList.toggle('one-channel', this.#channels.length === 1 && !this.#channels[0].includes('*'));
    classList.toggle('one-workspace', skip === 3);
    this.#rows.rebuild();
  }

  #drawn() {
    const { follow } = this.#parts;
    if (this.#behind && this.#rows.following) this.#catchUp();
    follow.hidden = this.#rows.following || this.#lines.shown === 0;
    follow.textContent = this.#behind ? 'Follow new lines' : this.#rows.unseen === 0 ? 'Follow'
        : `${this.#rows.unseen.toLocaleString('en')} new`;
  }

  #state(state) {
    const place = this.#parts.state;
    place.textContent = this.#behind && state.name === 'stopped' ? BEHIND : STATES[state.name] ?? state.detail;
    place.className = 'state ' + state.name;
    this.#fire('state', state);
  }

  #fire(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

if (globalThis.customElements !== undefined && customElements.get('log-view') === undefined)
  customElements.define('log-view', LogView);
