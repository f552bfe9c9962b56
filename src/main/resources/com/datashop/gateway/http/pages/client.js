import { levelOf } from './levels.js';

/**
 * Follows log channels of a Logs SSE Gateway: an ES module for browsers, workers, and anything else with `fetch`.
 * It needs nothing but `levels.js`, which lies beside it.
 *
 *     import { LogStream } from 'https://logs.example.com/client.js';
 *
 *     const stream = new LogStream('https://logs.example.com/', {
 *       channels: ['logs:etl:workspace123:*'],
 *       tail: 100,
 *       onEvent: event => console.log(event.id, event.channel, event.data),
 *       onGap: gap => console.warn(gap.lost ?? 'some', 'events lost here:', gap.reason),
 *       onState: state => console.info(state.name, state.detail ?? ''),
 *     }).start();
 *     // later
 *     stream.stop();
 *
 * What it sees to: every event once and in the order of the log, across cuts, restarts and refusals. It remembers the last id (`stream.cursor`), comes
 * back by itself with it, waits as long as the gateway asks (`retry:`, `Retry-After`) and longer after each failure, at random so that a thousand
 * clients do not come at once, and takes a connection on which nothing moves any more, not even heartbeats, for a cut one.
 *
 * Why `fetch` and not `EventSource`: with a token. An `EventSource` can only put it into the address, from where it gets into histories and logs of
 * proxies; here it goes into an `Authorization` header. An `EventSource` is not told either why it was refused, and gives up for good at anything
 * but 200; here `onState` is given the status and the gateway's own words. Nor does it notice a connection that died without a word.
 *
 * Needs a browser of 2022 or later, or Node 18. Options, all but `channels` optional:
 *   channels       names and patterns: ['logs:etl:w:r', 'logs:etl:w:*']
 *   tail           first the newest so many events of history
 *   since          first the events of history from then on: '10m', milliseconds since 1970, or RFC 3339
 *   level, q       only events of at least this level, only those that contain this text: the gateway filters
 *   cursor         where to resume: an id that a stream of earlier had as its `cursor`; wins over `since`, and that over `tail`
 *   token          a JWT, or a function that returns one, or a promise of one; asked before every connection
 *   credentials    as of `fetch`; 'include' sends the cookie `logs_token` to another origin
 *   silence        after so many milliseconds without a byte the connection counts as cut (60000; a gateway with a longer HEARTBEAT_SECONDS needs more)
 *   onEvent(event) a log event: { channel, id, timestamp, text, data, level }; `text` is the publisher's JSON token for
 *                  token, `data` what it parses to, when asked for, and `level` the one that the gateway reads in it,
 *                  as 'error', or null
 *   onGap(gap)     between two events: { reason, lost, from, to }; `lost` is null when nobody can know how many
 *   onState(state) where the connection stands:
 *
 *     start ──▶ connecting ──▶ live ──▶ waiting ──▶ connecting ...      cut, shutdown, unreachable, refused (429, 503), silence, expired: it comes back
 *                    └─▶ ended                                           unauthorized, forbidden, invalid: `start` again when that is mended
 *     stop ──▶ stopped
 *
 *   A gateway ends each stream after a while (MAX_STREAM_SECONDS). Then it comes back at once and is `live` again, without a state in between.
 *
 *     { name: 'connecting', attempt }
 *     { name: 'live', channels, denied, userId, connectionId }          `denied`: channels that the token does not open
 *     { name: 'waiting', reason, status, detail, attempt, delay, until } `delay` in milliseconds, `until` as of `Date.now()`
 *     { name: 'ended', reason, status, detail, scheme }                 `scheme`: how to prove oneself, as `Bearer`; null to a page of another origin
 *     { name: 'stopped' }
 */
export class LogStream {
  #base;
  #options;
  #cursor;
  /** The id of the last event that was handed on: none at or before it is handed on again. */
  #delivered = null;
  #attempt = 0;
  #retry = FIRST_RETRY;
  #abort = null;
  #wake = null;

  /** @param base the address of the gateway; paths are relative to it, so it may lie below a prefix of a proxy */
  constructor(base, options) {
    this.#base = new URL(base, globalThis.location?.href);
    this.#options = options;
    this.#cursor = options.cursor ?? null;
  }

  /** The place in the log up to which everything was handed on. */
  get cursor() {
    return this.#cursor;
  }

  /** Connects, unless it is connected already; after `ended` or `stop` it goes on where it was. */
  start() {
    if (this.#abort) return this;
    this.#abort = new AbortController();
    this.#attempt = 0;
    this.#run(this.#abort.signal);
    return this;
  }

  /** Disconnects; nothing is handed on after it. */
  stop() {
    if (!this.#abort) return;
    this.#abort.abort();
    this.#abort = null;
    this.#wake?.();
    this.#state({ name: 'stopped' });
  }

  /** While `waiting`: tries now. */
  retryNow() {
    this.#wake?.();
  }

  async #run(signal) {
    let quiet = false;
    while (!signal.aborted) {
      if (!quiet) this.#state({ name: 'connecting', attempt: this.#attempt });
      const outcome = await this.#connect(signal);
      if (signal.aborted) return;
      if (outcome.final) {
        this.#abort = null;
        this.#state({ name: 'ended', reason: outcome.reason, status: outcome.status, detail: outcome.detail, scheme: outcome.scheme });
        return;
      }
      const delay = outcome.after ?? this.#backoff();
      this.#attempt++;
      quiet = outcome.quiet === true;
      if (!quiet) this.#state({ name: 'waiting', reason: outcome.reason, status: outcome.status, detail: outcome.detail, attempt: this.#attempt, delay, until: Date.now() + delay });
      await this.#sleep(delay);
    }
  }

  /** One connection, from its request to its end; what is to be done after it. */
  async #connect(signal) {
    const headers = { Accept: 'text/event-stream' };
    if (this.#cursor !== null) headers['Last-Event-ID'] = this.#cursor;
    const token = typeof this.#options.token === 'function' ? await this.#options.token() : this.#options.token;
    if (token && !/^[!-~]+$/.test(token)) return { final: true, reason: 'unauthorized', status: 401, detail: 'The token has characters that no token has', scheme: 'Bearer' };
    if (token) headers.Authorization = 'Bearer ' + token;

    const cut = new AbortController();
    const silence = this.#options.silence ?? SILENCE;
    let silent = false;
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        silent = true;
        cut.abort();
      }, silence);
    };
    const abort = () => cut.abort();
    signal.addEventListener('abort', abort);
    alive();
    try {
      const reply = await fetch(this.#address(), { headers, signal: cut.signal, cache: 'no-store', credentials: this.#options.credentials ?? 'same-origin' });
      if (reply.status !== 200) return await refusal(reply);
      if (!reply.headers.get('Content-Type')?.startsWith('text/event-stream')) {
        cut.abort();
        return { final: true, reason: 'invalid', status: 200, detail: 'What answers there is no gateway: it sends no event stream' };
      }
      const outcome = await this.#read(reply.body.getReader(), alive, signal);
      return silent ? silenceOf(silence) : outcome;
    } catch (failed) {
      if (silent) return silenceOf(silence);
      if (failed instanceof RangeError) return { final: true, reason: 'invalid', status: 200, detail: 'What answers there is no gateway: it sends a line without an end' };
      return { reason: 'unreachable', detail: 'The gateway can not be reached' };
    } finally {
      clearTimeout(watch);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Hands on what comes, to the end of the stream. */
  async #read(reader, alive, signal) {
    const utf8 = new TextDecoder();
    let outcome = { reason: 'cut', detail: 'The connection was cut' };
    const parser = new EventStreamParser(message => {
      if (!signal.aborted) outcome = this.#message(message) ?? outcome;
    }, milliseconds => this.#retry = milliseconds);
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true })); // a cut is an end like any other: the cursor says where to go on
      if (done || signal.aborted) return outcome;
      alive();
      parser.push(utf8.decode(value, { stream: true }));
    }
  }

  /** @returns how the stream will end, when this message says it */
  #message({ event, data, id }) {
    if (event === 'message') {
      if (this.#delivered === null || compareIds(id, this.#delivered) > 0) {
        this.#delivered = id;
        this.#cursor = id;
        this.#hand(this.#options.onEvent, new LogEvent(data));
      }
      return undefined;
    }
    if (id) this.#cursor = id;
    const control = JSON.parse(data);
    switch (event) {
      case 'connection':
        this.#attempt = 0;
        this.#state({ name: 'live', channels: control.channels, denied: control.denied ?? [], userId: control.userId, connectionId: control.connectionId });
        return undefined;
      case 'gap':
        if (control.reason === 'unknown-id') this.#delivered = null; // another log: all of its history follows, whatever its ids are
        this.#hand(this.#options.onGap, { reason: control.reason, lost: control.lost, from: control.from, to: control.to });
        return undefined;
      case 'shutdown':
        if (control.reason === 'age') return { reason: 'age', detail: 'The stream was renewed', quiet: true }; // nothing is wrong: nobody need be told
        return { reason: 'shutdown', detail: 'The gateway shuts down' };
      case 'expired':
        return { reason: 'expired', status: 401, detail: 'The token has expired', after: 0 }; // `token` may have a new one; with the old one it ends with a 401
      case 'refused':
        return { reason: 'refused', status: control.status, detail: REFUSALS[control.reason] ?? 'The gateway refuses: ' + control.reason,
          after: control.retryAfter * 1000 + Math.random() * 1000 };
      default:
        return undefined; // `cursor`, whose id is all there is to it, and what later versions may add
    }
  }

  #address() {
    const address = new URL('api/logs/stream', this.#base);
    address.searchParams.set('channels', [...this.#options.channels].join(','));
    for (const name of ['tail', 'since', 'level', 'q']) {
      const value = this.#options[name];
      if (value !== undefined && value !== null && value !== '') address.searchParams.set(name, value);
    }
    return address;
  }

  /** What the gateway asks for after a connection that was live; doubled for each failure since, and then at random down to half of it. */
  #backoff() {
    if (this.#attempt === 0) return this.#retry * (1 + Math.random() / 4);
    const longest = Math.min(LONGEST_RETRY, this.#retry * 2 ** Math.min(this.#attempt, 10));
    return longest * (0.5 + Math.random() / 2);
  }

  #sleep(milliseconds) {
    return new Promise(resolve => {
      const wake = () => {
        clearTimeout(timer);
        if (this.#wake === wake) this.#wake = null;
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#wake = wake;
    });
  }

  #state(state) {
    this.#hand(this.#options.onState, state);
  }

  /** What goes wrong in there is told to the page, as of any listener, and is no fault of the connection. */
  #hand(listener, value) {
    try {
      listener?.(value);
    } catch (fault) {
      (globalThis.reportError ?? console.error)(fault);
    }
  }
}

/** A log event. */
export class LogEvent {
  /** The members of the envelope as the gateway writes them, in this order: the data is the rest, and needs no parsing to be found. */
  static #envelope = /^\{"channel":"([^"\\]*)","id":"([0-9]+-[0-9]+)","timestamp":(-?[0-9]+),"data":/;

  /** @param json what is behind `data:` */
  constructor(json) {
    const head = LogEvent.#envelope.exec(json);
    if (head) {
      this.channel = head[1];
      this.id = head[2];
      this.timestamp = Number(head[3]);
      this.text = json.slice(head[0].length, -1);
    } else { // a later version of the gateway: the tokens may then be written another way, as in 1.0 for 1.00
      const { channel, id, timestamp, data } = JSON.parse(json);
      Object.assign(this, { channel, id, timestamp, text: JSON.stringify(data) });
    }
  }

  /** What the publisher sent. */
  get data() {
    return JSON.parse(this.text);
  }

  /** The level that the data names, as the gateway reads it for `level=`: 'error', say, or null. */
  get level() {
    return levelOf(this.data);
  }
}

/** Reads an event stream in pieces, wherever it is cut (WHATWG HTML, 9.2.6). */
export class EventStreamParser {
  #onMessage;
  #onRetry;
  #rest = '';
  #begun = false;
  #event = '';
  #data = null;
  #id = '';

  /**
   * @param onMessage is given { event, data, id }, the id being the last that was set
   * @param onRetry is given milliseconds
   */
  constructor(onMessage, onRetry = () => {}) {
    this.#onMessage = onMessage;
    this.#onRetry = onRetry;
  }

  push(text) {
    if (!this.#begun && text !== '') {
      this.#begun = true;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    const all = this.#rest + text;
    if (all.length > MAX_BUFFER && !all.includes('\n', this.#rest.length)) throw new RangeError('a line without an end');
    let from = 0;
    let cr = all.indexOf('\r');
    for (;;) {
      if (cr >= 0 && cr < from) cr = all.indexOf('\r', from);
      const lf = all.indexOf('\n', from);
      let end = lf;
      let next = lf + 1;
      if (cr >= 0 && (lf < 0 || cr < lf)) {
        if (cr === all.length - 1) break; // a LF may follow
        end = cr;
        next = lf === cr + 1 ? cr + 2 : cr + 1;
      }
      if (end < 0) break;
      this.#line(all.slice(from, end));
      from = next;
    }
    this.#rest = all.slice(from);
  }

  #line(line) {
    if (line === '') {
      if (this.#data !== null) this.#onMessage({ event: this.#event || 'message', data: this.#data, id: this.#id });
      this.#data = null;
      this.#event = '';
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'data': this.#data = this.#data === null ? value : this.#data + '\n' + value; break;
      case 'event': this.#event = value; break;
      case 'id': if (!value.includes('\0')) this.#id = value; break;
      case 'retry': if (/^[0-9]+$/.test(value)) this.#onRetry(Number(value)); break;
      default: break;
    }
  }
}

/** Which of two ids comes first: below, at, or above 0. They are pairs of unsigned 64-bit numbers, too large for a JavaScript number. */
export function compareIds(one, other) {
  const [oneMajor, oneMinor = '0'] = one.split('-');
  const [otherMajor, otherMinor = '0'] = other.split('-');
  return compareDigits(oneMajor, otherMajor) || compareDigits(oneMinor, otherMinor);
}

/** What the gateway says to a request that it does not take, as { status, detail, scheme }: its own words where it finds any (RFC 9457). */
export async function problemOf(reply) {
  const words = await reply.text().catch(() => '');
  let detail = reply.status + ' ' + reply.statusText;
  try {
    detail = JSON.parse(words).detail ?? detail;
  } catch (notJson) {
    // a proxy's page, which is not for people who read logs
  }
  return { status: reply.status, detail, scheme: reply.headers.get('WWW-Authenticate')?.split(' ')[0] ?? null };
}

/** Milliseconds; the gateway says its own with each connection. */
const FIRST_RETRY = 2000;
const LONGEST_RETRY = 30_000;
const SILENCE = 60_000;
/** In characters that wait for the end of their line: far above what a gateway takes as a body. */
const MAX_BUFFER = 64 << 20;

const REFUSALS = {
  'node-full': 'The gateway has all the connections that it can carry',
  'address-limit': 'Too many streams from this address',
  'user-limit': 'Too many streams of this user',
  'keys-unavailable': 'The gateway can not check tokens yet: it has not read the keys',
  'starting': 'The gateway is starting',
  'draining': 'The gateway shuts down',
};

function silenceOf(milliseconds) {
  return { reason: 'silence', detail: 'Nothing came for ' + Math.round(milliseconds / 1000) + ' s' };
}

/** What a status other than 200 means for the stream. */
async function refusal(reply) {
  const { status, detail, scheme } = await problemOf(reply);
  if (status === 429 || status === 408 || status >= 500) {
    const seconds = Number(reply.headers.get('Retry-After'));
    return { reason: 'refused', status, detail, after: seconds > 0 ? seconds * 1000 + Math.random() * 1000 : undefined };
  }
  return { final: true, reason: status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'invalid', status, detail, scheme };
}

function compareDigits(one, other) {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
