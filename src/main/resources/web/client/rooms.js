// Where the streams of a page meet those of other tabs: in a worker that all tabs share, else in one tab that leads the
// others.
import { Hub } from './hub.js';

/** The version of the messages between tabs, or a tab and the worker. Tabs with another version stay apart. */
export const PROTOCOL = 'logs-1';
/** In milliseconds. */
const LOOK = 2000;
const QUIET = 8000;
const PATIENCE = 5000;
/** Browsers let the clock of a hidden tab run once a minute. */
const THROTTLED = 90_000;
/** A stream that is stopped is often started again at once, as by React's StrictMode. */
const LINGER = 200;
/** In attempts to reach the worker: after them this page does without. */
const MOST_WORKERS = 3;

const rooms = new Map();

/**
 * The room of all streams that have this in common. Rooms with different tokens share nothing.
 *
 * A room calls the handler of a stream with what [Hub] says, and with { type: 'come' } whenever the stream must join.
 *
 * @param spec { base, credentials, silence, token }
 * @param share whether other tabs take part
 */
export function roomOf(spec, share) {
  const key = JSON.stringify([spec.base, spec.credentials, spec.silence, spec.token ?? null, share]);
  let room = rooms.get(key);
  if (room === undefined) {
    const emptied = () => rooms.get(key) === room && rooms.delete(key);
    room = !share || globalThis.document === undefined ? new OwnRoom(spec, emptied)
      : workerOf(spec.base) !== null ? new WorkerRoom(key, spec, emptied) : tabs(key, spec, emptied);
    rooms.set(key, room);
  }
  return room;
}

/** A unique name; `crypto.randomUUID` is not in every page. */
export function unique() {
  return globalThis.crypto?.randomUUID?.() ?? Array.from({ length: 4 }, () => Math.random().toString(36).slice(2))
      .join('');
}

function tabs(key, spec, emptied) {
  return globalThis.navigator?.locks && globalThis.BroadcastChannel && globalThis.crypto?.subtle
    ? new TabRoom(key, spec, emptied) : new OwnRoom(spec, emptied);
}

/**
 * The address of the worker, or null: a worker must be of the page's own origin, and this file is it only where a
 * gateway serves it.
 */
function workerOf(base) {
  const url = import.meta.url;
  const served = ['client.js', 'v1/client.js'].some(name => new URL(name, base).href === url);
  return served && globalThis.SharedWorker && new URL(url).origin === globalThis.location?.origin ? url : null;
}

/** This page's streams alone. */
class OwnRoom {
  #hub;
  #handlers = new Map();
  #emptied;

  constructor(spec, emptied) {
    this.#emptied = emptied;
    this.#hub = new Hub({ ...spec, idle: () => {} });
  }

  enter(id, handler) {
    this.#handlers.set(id, handler);
    queueMicrotask(() => handler({ type: 'come' }));
  }

  send(id, message) {
    if (message.type === 'join') this.#hub.join(id, message, told => this.#handlers.get(id)?.(told));
    else this.#hub.hear(id, message);
  }

  /** @param now whether no timer will run any more: the page is about to be frozen */
  exit(id, now) {
    this.#handlers.delete(id);
    this.#hub.leave(id);
    const close = () => {
      if (this.#handlers.size > 0) return;
      this.#emptied();
      this.#hub.close();
    };
    if (now) close();
    else setTimeout(close, LINGER);
  }
}

/**
 * The tab that holds a lock has the stream, and tells the others.
 *
 *     waiting for the lock ──▶ leading ──(closed, frozen, robbed)──▶ the next in the queue leads, and all join it
 *                                                                     with their cursors
 */
class TabRoom {
  #spec;
  #emptied;
  #handlers = new Map();
  #me = unique();
  #name = null;
  #channel = null;
  #leader = null;
  #hub = null;
  #others = new Map();
  #waiting = null;
  #resign = null;
  #heard = 0;
  #pinged = null;
  #clock = null;
  #isGone = false;
  #alive = null;
  /** When its clock last ran: a frozen page may still get messages, and nothing else. */
  #ticked = Date.now();

  constructor(key, spec, emptied) {
    this.#spec = spec;
    this.#emptied = emptied;
    this.#open(key);
  }

  enter(id, handler) {
    this.#handlers.set(id, handler);
    if (this.#leader !== null) queueMicrotask(() => handler({ type: 'come' }));
  }

  send(id, message) {
    if (this.#hub !== null) this.#take(this.#hub, id, message, told => this.#handlers.get(id)?.(told));
    else if (this.#leader !== null) this.#post({ to: this.#leader, id, message });
  }

  exit(id, now) {
    this.send(id, { type: 'leave' });
    this.#handlers.delete(id);
    const leave = () => {
      if (this.#handlers.size === 0) this.#leave();
    };
    if (now) leave();
    else setTimeout(leave, LINGER);
  }

  /** A name that says nothing of the token, for everybody can see the names of locks. */
  async #open(key) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)));
    if (this.#isGone) return;
    this.#name = PROTOCOL + ' ' + [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
    await new Promise(held => navigator.locks.request(`${this.#name} ${this.#me}`, () => {
      held();
      return new Promise(end => this.#alive = end);
    }));
    if (this.#isGone) {
      this.#alive();
      return;
    }
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#heard = Date.now();
    this.#clock = setInterval(() => this.#look(), LOOK);
    this.#queue({});
    this.#post({ type: 'who' });
  }

  #post(message) {
    this.#channel?.postMessage({ from: this.#me, ...message });
  }

  #queue(how) {
    this.#waiting?.abort();
    const waiting = this.#waiting = how.steal ? null : new AbortController();
    navigator.locks.request(this.#name, how.steal ? how : { signal: waiting.signal }, () => {
      if (this.#isGone) return undefined;
      this.#lead();
      return new Promise(resign => this.#resign = resign);
    }).catch(() => {
      if (waiting?.signal.aborted || this.#isGone) return;
      this.#follow(null); // robbed: others took it for dead
      this.#queue({});
      this.#post({ type: 'who' });
    });
  }

  #lead() {
    this.#leader = this.#me;
    this.#hub = new Hub({ ...this.#spec, idle: () => {} });
    this.#post({ type: 'leader' });
    this.#call();
  }

  /** @param leader the tab that leads, or null when that is not known */
  #follow(leader) {
    this.#hub?.close();
    this.#hub = null;
    for (const watch of this.#others.values()) watch.abort();
    this.#others.clear();
    this.#leader = leader;
    this.#heard = Date.now();
    this.#pinged = null;
    if (leader !== null) this.#call();
  }

  #call() {
    for (const handler of [...this.#handlers.values()]) handler({ type: 'come' });
  }

  #hear({ from, to, tab, type, id, message }) {
    if (type === 'leader') {
      if (this.#leader !== from) this.#follow(from);
    } else if (type === 'who') {
      if (this.#hub !== null) this.#post({ type: 'leader' });
    } else if (type === 'ping') {
      if (to === this.#me && this.#hub !== null && Date.now() - this.#ticked < THROTTLED)
        this.#post({ type: 'pong', tab: from });
    } else if (from === this.#leader && tab === this.#me) {
      this.#heard = Date.now();
      this.#pinged = null;
      if (id !== undefined) this.#handlers.get(id)?.(message);
    } else if (to === this.#me && this.#hub !== null) {
      this.#watch(from);
      this.#take(this.#hub, id, message, told => this.#post({ tab: from, id, message: told }));
      if (message.type === 'join') this.#others.get(from).ids.add(id);
    }
  }

  #take(hub, id, message, post) {
    if (message.type === 'join') hub.join(id, message, post);
    else hub.hear(id, message);
  }

  /** Notices the end of a tab: then the lock that it holds can be had. */
  #watch(tab) {
    if (this.#others.has(tab)) return;
    const watch = new AbortController();
    watch.ids = new Set();
    this.#others.set(tab, watch);
    navigator.locks.request(`${this.#name} ${tab}`, { signal: watch.signal }, () => {
      this.#others.delete(tab);
      for (const id of watch.ids) this.#hub?.leave(id);
    }).catch(() => {});
  }

  /** A leader that does not answer is frozen, or its machine was: its lock is taken away. */
  #look() {
    const now = Date.now();
    this.#ticked = now;
    if (this.#hub !== null) return;
    if (this.#leader === null ? now - this.#heard > PATIENCE : this.#pinged !== null && now - this.#pinged > PATIENCE) {
      this.#heard = now;
      this.#pinged = null;
      this.#queue({ steal: true });
    } else if (this.#leader !== null && this.#pinged === null && now - this.#heard > QUIET) {
      this.#pinged = now;
      this.#post({ type: 'ping', to: this.#leader });
    }
  }

  #leave() {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#emptied();
    clearInterval(this.#clock);
    this.#waiting?.abort();
    this.#hub?.close();
    this.#hub = null;
    this.#channel?.close();
    this.#resign?.();
    this.#alive?.();
  }
}

/** A worker that lives as long as any tab does. */
class WorkerRoom {
  #key;
  #spec;
  #emptied;
  #handlers = new Map();
  #port = null;
  #instead = null;
  #attempts = 0;
  #heard = 0;
  #pinged = null;
  #clock;
  #end = null;

  constructor(key, spec, emptied) {
    this.#key = key;
    this.#spec = spec;
    this.#emptied = emptied;
    this.#clock = setInterval(() => this.#look(), LOOK);
    this.#connect();
  }

  enter(id, handler) {
    this.#handlers.set(id, handler);
    if (this.#instead !== null) this.#instead.enter(id, handler);
    else queueMicrotask(() => handler({ type: 'come' }));
  }

  send(id, message) {
    if (this.#instead !== null) this.#instead.send(id, message);
    else this.#port?.postMessage({ room: this.#key, spec: message.type === 'join' ? this.#spec : undefined, id,
        message });
  }

  exit(id, now) {
    this.send(id, { type: 'leave' });
    this.#handlers.delete(id);
    this.#instead?.exit(id, now);
    setTimeout(() => {
      if (this.#handlers.size > 0) return;
      clearInterval(this.#clock);
      this.#emptied();
      this.#hangUp();
    }, LINGER);
  }

  /** Leaves the worker. It ignores messages that the worker has still sent: they come again, from the cursors on. */
  #hangUp() {
    this.#end?.();
    if (this.#port === null) return;
    this.#port.onmessage = null;
    this.#port.postMessage({ type: 'end' });
    this.#port = null;
  }

  #connect() {
    this.#attempts++;
    this.#heard = Date.now();
    this.#hangUp();
    try {
      const worker = new SharedWorker(trusted(import.meta.url), { type: 'module', name: PROTOCOL });
      worker.addEventListener('error', () => this.#doWithout());
      this.#port = worker.port;
      worker.port.onmessage = ({ data: { id, message } }) => {
        this.#heard = Date.now();
        this.#pinged = null;
        if (id !== undefined) this.#handlers.get(id)?.(message);
        else this.#attempts = 0;
      };
      this.#sign();
      worker.port.postMessage({ type: 'ping' });
      this.#pinged = Date.now();
    } catch (refused) {
      this.#doWithout();
    }
  }

  /** Tells the worker a lock that this page holds: when that can be had, the page is gone. */
  #sign() {
    if (!globalThis.navigator?.locks) return;
    const name = `${PROTOCOL} ${unique()}`;
    const port = this.#port;
    navigator.locks.request(name, () => {
      port.postMessage({ type: 'alive', name });
      return new Promise(end => this.#end = end);
    });
  }

  #look() {
    const now = Date.now();
    if (this.#instead !== null || this.#handlers.size === 0) return;
    if (this.#pinged === null && now - this.#heard > QUIET) {
      this.#pinged = now;
      this.#port.postMessage({ type: 'ping' });
    } else if (this.#pinged !== null && now - this.#pinged > PATIENCE) {
      if (this.#attempts >= MOST_WORKERS) this.#doWithout();
      else {
        this.#connect();
        for (const handler of [...this.#handlers.values()]) handler({ type: 'come' });
      }
    }
  }

  #doWithout() {
    if (this.#instead !== null) return;
    this.#hangUp();
    this.#instead = tabs(this.#key, this.#spec, () => {});
    for (const [id, handler] of this.#handlers) this.#instead.enter(id, handler);
  }
}

let policy = null;

/**
 * The address of the worker where a page's policy asks for Trusted Types: this policy makes that address and no other.
 */
function trusted(url) {
  if (globalThis.trustedTypes === undefined) return url;
  policy ??= globalThis.trustedTypes.createPolicy('logs-worker', { createScriptURL: text => {
    if (text !== import.meta.url) throw new TypeError('not the address of the worker');
    return text;
  } });
  return policy.createScriptURL(url);
}
