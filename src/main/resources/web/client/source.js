// One stream of the gateway, from one connection to the next.
import { later } from './ids.js';
import { EventStreamParser } from './parser.js';
import { refusal } from './problem.js';

/** Milliseconds; the gateway says its own with each connection. */
const FIRST_RETRY = 2000;
const LONGEST_RETRY = 30_000;
/**
 * In milliseconds: a clock that jumps so far shows that the machine slept, and a connection so quiet may be a dead one.
 */
const LOOK = 5000;
const SLEPT = 20_000;
const QUIET = 3000;

const REFUSALS = {
  'node-full': 'The gateway has all the connections that it can carry',
  'address-limit': 'Too many streams from this address',
  'user-limit': 'Too many streams of this user',
  'keys-unavailable': 'The gateway can not check tokens yet: it has not read the keys',
  'starting': 'The gateway is starting',
  'draining': 'The gateway shuts down',
};

/**
 * Connects, and comes back with its cursor whatever ends the connection, until it is stopped or told that it is no use.
 *
 *     connecting ──▶ live ──▶ waiting ──▶ connecting ...
 *          └─▶ ended
 */
export class Source {
  #what;
  #on;
  #cursor;
  #attempt = 0;
  #retry = FIRST_RETRY;
  #stopped = false;
  #cut = null;
  #wake = null;
  #heard = 0;
  #clock;

  /**
   * @param what { base, credentials, silence, channels, conditions, start, cursor, token }: `start` is { tail } or {
   *             since } or null,
   *             `token` a function that gives one, or undefined, or a promise of it
   * @param on { event(id, json), gap(gap), place(id, first), state(state) }: `place` is told the cursor wherever it
   *           moves without an event
   */
  constructor(what, on) {
    this.#what = what;
    this.#on = on;
    this.#cursor = what.cursor ?? null;
    let before = Date.now();
    this.#clock = setInterval(() => {
      const now = Date.now();
      if (now - before > LOOK + SLEPT && now - this.#heard > SLEPT) this.#reconnect();
      before = now;
    }, LOOK);
    queueMicrotask(() => this.#run());
  }

  /** Nothing is handed on after it. */
  stop() {
    this.#stopped = true;
    clearInterval(this.#clock);
    this.#cut?.abort();
    this.#wake?.();
  }

  /**
   * The machine or the page was asleep, or the network away: does not wait, and does not trust a connection that is
   * quiet.
   */
  wake() {
    if (this.#wake !== null) this.#wake();
    else if (Date.now() - this.#heard > QUIET) this.#reconnect();
  }

  #reconnect() {
    this.#cut?.abort('again');
  }

  async #run() {
    let quiet = false;
    while (!this.#stopped) {
      if (!quiet) this.#on.state({ name: 'connecting', attempt: this.#attempt });
      const outcome = await this.#connect();
      if (this.#stopped) return;
      const { reason, status, detail, scheme } = outcome;
      if (outcome.final) {
        this.stop();
        this.#on.state({ name: 'ended', reason, status, detail, scheme });
        return;
      }
      const delay = outcome.after ?? this.#backoff();
      if (outcome.reason === 'woken') continue;
      this.#attempt++;
      quiet = outcome.quiet === true;
      if (!quiet)
        this.#on.state({ name: 'waiting', reason, status, detail, attempt: this.#attempt, delay, until: Date.now()
            + delay });
      await this.#sleep(delay);
    }
  }

  /** One connection, from its request to its end; what is to be done after it. */
  async #connect() {
    const cut = this.#cut = new AbortController();
    const silence = this.#what.silence;
    let silent = false;
    let watch;
    const alive = () => {
      this.#heard = Date.now();
      clearTimeout(watch);
      watch = setTimeout(() => {
        silent = true;
        cut.abort();
      }, silence);
    };
    try {
      const token = await this.#what.token();
      if (this.#stopped) return { reason: 'stopped' };
      if (token && !/^[!-~]+$/.test(token))
        return { final: true, reason: 'unauthorized', status: 401, detail: 'The token has characters that no token has',
            scheme: 'Bearer' };
      alive();
      const headers = { Accept: 'text/event-stream' };
      if (this.#cursor !== null) headers['Last-Event-ID'] = this.#cursor;
      if (token) headers.Authorization = 'Bearer ' + token;
      const reply = await fetch(this.#address(),
          { headers, signal: cut.signal, cache: 'no-store', credentials: this.#what.credentials });
      if (reply.status !== 200) return await refusal(reply);
      if (!reply.headers.get('Content-Type')?.startsWith('text/event-stream')) {
        cut.abort();
        return { final: true, reason: 'invalid', status: 200,
            detail: 'What answers there is no gateway: it sends no event stream' };
      }
      const outcome = await this.#read(reply.body.getReader(), alive);
      if (cut.signal.reason === 'again') return { reason: 'woken' };
      return silent ? silenceOf(silence) : outcome;
    } catch (failed) {
      if (cut.signal.reason === 'again') return { reason: 'woken' };
      if (silent) return silenceOf(silence);
      if (failed instanceof RangeError)
        return { final: true, reason: 'invalid', status: 200,
            detail: 'What answers there is no gateway: it sends a line without an end' };
      return { reason: 'unreachable', detail: 'The gateway can not be reached' };
    } finally {
      clearTimeout(watch);
      cut.abort();
    }
  }

  /** Hands on what comes, to the end of the stream. */
  async #read(reader, alive) {
    const utf8 = new TextDecoder();
    let outcome = { reason: 'cut', detail: 'The connection was cut' };
    const parser = new EventStreamParser(message => {
      if (!this.#stopped) outcome = this.#message(message) ?? outcome;
    }, milliseconds => this.#retry = milliseconds);
    for (;;) {
      // a cut is an end like any other: the cursor says where to go on
      const { done, value } = await reader.read().catch(() => ({ done: true }));
      if (done || this.#stopped) return outcome;
      alive();
      parser.push(utf8.decode(value, { stream: true }));
    }
  }

  /** @returns how the stream will end, when this message says it */
  #message({ event, data, id }) {
    if (event === 'message') {
      this.#cursor = id;
      this.#on.event(id, data);
      return undefined;
    }
    const control = JSON.parse(data);
    if (id && id !== this.#cursor) {
      this.#cursor = event === 'connection' ? id : later(this.#cursor, id);
      if (event !== 'connection') this.#on.place(this.#cursor, false);
    }
    switch (event) {
      case 'connection':
        this.#attempt = 0;
        if (id) this.#on.place(id, true);
        this.#on.state({ name: 'live', channels: control.channels, denied: control.denied ?? [], userId: control.userId,
            connectionId: control.connectionId });
        return undefined;
      case 'gap':
        this.#on.gap({ reason: control.reason, lost: control.lost, from: control.from, to: control.to });
        return undefined;
      case 'shutdown':
        // nothing is wrong
        if (control.reason === 'age') return { reason: 'age', detail: 'The stream was renewed', quiet: true };
        return { reason: 'shutdown', detail: 'The gateway shuts down' };
      case 'expired':
        // there may be a new one; with the old one it ends with a 401
        return { reason: 'expired', status: 401, detail: 'The token has expired', after: 0 };
      case 'refused':
        return { reason: 'refused', status: control.status, detail: REFUSALS[control.reason] ?? 'The gateway refuses: '
            + control.reason,
          after: control.retryAfter * 1000 + Math.random() * 1000 };
      default:
        return undefined; // `cursor`, whose id is all there is to it, and what later versions may add
    }
  }

  #address() {
    const address = new URL('api/logs/stream', this.#what.base);
    const { channels, conditions, start } = this.#what;
    address.searchParams.set('channels', channels.join(','));
    for (const [name, value] of Object.entries({ ...start, ...conditions }))
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined && one !== null && one !== '') address.searchParams.append(name, one);
    return address;
  }

  /**
   * The wait before the next try: the one that the gateway asks for, doubled for each failure since a connection was
   * live. A random part of it is left out, half of it at the most.
   */
  #backoff() {
    return backoff(this.#attempt, this.#retry);
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
}

/** In milliseconds, how long to wait before this attempt. */
export function backoff(attempt, first = FIRST_RETRY) {
  if (attempt === 0) return first * (1 + Math.random() / 4);
  return Math.min(LONGEST_RETRY, first * 2 ** attempt) * (1 - Math.random() / 2);
}

function silenceOf(milliseconds) {
  return { reason: 'silence', detail: 'Nothing came for ' + Math.round(milliseconds / 1000) + ' s' };
}
