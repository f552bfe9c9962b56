// A stream as a page sees it.
import { conditionsOf } from './conditions.js';
import { LogEvent } from './event.js';
import { later } from './ids.js';
import { Outlet } from './outlet.js';
import { roomOf, unique } from './rooms.js';
import { backoff } from './source.js';

/** In milliseconds without a byte. */
const SILENCE = 60_000;
/** In milliseconds that a tab may be hidden before it lets go of what only it follows. */
const HIDDEN = 60_000;

/** See the head of this file. */
export class LogStream {
  #options;
  #id = unique();
  #base;
  #tracks;
  #names = 1;
  /** The state that lasts from `start` to `stop`; null in between. */
  #life = null;
  #out;
  #last = null;
  #unlisten = [];

  /** @param base the address of the gateway; paths are relative to it, so it may lie below a prefix of a proxy */
  constructor(base, options) {
    const address = new URL(base, globalThis.location?.href);
    if (!address.pathname.endsWith('/')) address.pathname += '/';
    address.search = address.hash = '';
    this.#base = address;
    this.#options = { ...options, channels: [...options.channels] };
    this.#out = new Outlet(this.#options);
    this.#tracks = [{ id: 0, channels: this.#options.channels, start: this.#start, cursor: options.cursor ?? null,
        live: false }];
    options.signal?.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** The place in the log up to which everything was handed on. */
  get cursor() {
    return this.#tracks[0]?.cursor ?? null;
  }

  /** How many events were let go because they were not taken in time: by `onEvents` or `for await`. */
  get dropped() {
    return this.#out.dropped;
  }

  /** Connects, unless it is connected already; after `ended` or `stop` it goes on where it was. */
  start() {
    if (this.#life !== null) return this;
    if (this.#options.signal?.aborted) {
      this.#state({ name: 'stopped' });
      return this;
    }
    this.#life = {};
    this.#listen();
    this.#enter();
    return this;
  }

  /** Disconnects; nothing is handed on after it. */
  stop() {
    if (this.#life === null) return;
    this.#exit();
    this.#unlistenAll();
    this.#life = null;
    this.#out.clear();
    this.#state({ name: 'stopped' });
    this.#out.end(null);
  }

  /** While `waiting`: tries now. */
  retryNow() {
    this.#life?.wake?.();
    this.#send({ type: 'wake' });
  }

  /** Follows these from now on; what is added first delivers the history that `tail` or `since` asks for. */
  setChannels(channels) {
    const wanted = [...new Set(channels)];
    const had = new Set(this.#options.channels);
    const added = wanted.filter(name => !had.has(name));
    this.#options.channels = wanted;
    this.#tracks = this.#tracks.map(track =>
        Object.assign(track, { channels: track.channels.filter(name => wanted.includes(name)) }));
    if (added.length > 0)
      this.#tracks.push({ id: this.#names++, channels: added, start: this.#start, cursor: null, live: false });
    const left = this.#tracks.filter(track => track.channels.length > 0);
    if (left.length > 0) this.#tracks = left;
    this.#change();
    return this;
  }

  /** Lets through what these let through from now on: { level, q, not, where }. */
  setFilter({ level, q, not, where } = {}) {
    Object.assign(this.#options, { level, q, not, where });
    this.#change();
    return this;
  }

  /** Events and gaps, in order; a gap has a `reason`. Connects, and disconnects when the loop is left. */
  [Symbol.asyncIterator]() {
    let own = false;
    return this.#out.queue({
      begin: queue => {
        own = this.#life === null;
        this.start();
        if (this.#life === null) queue.end(null); // its signal was aborted
      },
      over: () => {
        if (own) this.stop();
      },
    });
  }

  get #start() {
    const { tail, since } = this.#options;
    return since !== undefined && since !== null && since !== '' ? { since } : tail ? { tail } : null;
  }

  // ---- the room

  async #enter() {
    const life = this.#life;
    this.#state({ name: 'connecting', attempt: 0 });
    const token = await this.#token(life);
    if (life !== this.#life || life.room || life.away) return;
    life.token = token;
    const credentials = this.#options.credentials ?? 'same-origin';
    const spec = { base: this.#base.href, credentials, silence: this.#options.silence ?? SILENCE, token };
    life.room = roomOf(spec, this.#options.share ?? true);
    const { room } = life;
    room.enter(this.#id, message => life === this.#life && room === life.room && this.#message(message));
  }

  #exit(now = false) {
    const { room } = this.#life;
    if (room) room.exit(this.#id, now);
    this.#life.room = null;
    this.#life.wake?.();
  }

  /** Asks for the token until there is one: what goes wrong with it is told, and ends nothing. */
  async #token(life) {
    for (let attempt = 0; ; attempt++) {
      try {
        const { token } = this.#options;
        return (typeof token === 'function' ? await token() : token) || undefined;
      } catch (failed) {
        if (life !== this.#life) return undefined;
        const delay = backoff(attempt);
        this.#state({ name: 'waiting', reason: 'token', detail: 'There is no token: ' + (failed?.message ?? failed),
            attempt: attempt + 1,
          delay, until: Date.now() + delay });
        await new Promise(resolve => {
          const timer = setTimeout(resolve, delay);
          life.wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        life.wake = null;
        if (life !== this.#life) return undefined;
        this.#state({ name: 'connecting', attempt: attempt + 1 });
      }
    }
  }

  /** The stream is about to be asked for again: whoever has another token by now goes to another room. */
  async #renew() {
    const life = this.#life;
    const { room } = life;
    let token = null;
    try {
      token = (typeof this.#options.token === 'function' ? await this.#options.token() : this.#options.token)
          || undefined;
    } catch (failed) {
      // asked for again by #enter, which tells of it
    }
    if (life !== this.#life || room !== life.room) return;
    if (token === life.token) this.#send({ type: 'token' });
    else {
      this.#exit();
      this.#enter();
    }
  }

  #send(message) {
    this.#life?.room?.send(this.#id, message);
  }

  #wish(type) {
    const { level, q, not, where } = this.#options;
    return { type, tracks: this.#tracks.map(({ id, channels, start, cursor }) => ({ id, channels, start, cursor })),
      conditions: conditionsOf({ level, q, not, where }), wanted: { level, q, not, where },
      hidden: this.#life?.hidden === true };
  }

  #change() {
    if (this.#life?.joined) this.#send(this.#wish('change'));
  }

  #message(message) {
    switch (message.type) {
      case 'come':
      case 'lost':
        this.#life.joined = true;
        for (const track of this.#tracks) track.live = false;
        this.#send(this.#wish('join'));
        break;
      case 'items': this.#items(message); break;
      case 'live': {
        const track = this.#tracks.find(one => one.id === message.track);
        if (track === undefined) break;
        track.live = true;
        track.cursor = message.at === null ? null : later(track.cursor, message.at);
        break;
      }
      case 'state':
        if (message.state.name === 'ended') this.#end(message.state);
        else this.#state(message.state);
        break;
      case 'token': this.#renew(); break;
      case 'hidden':
        this.#exit();
        this.#life.away = 'hidden';
        this.#state({ name: 'hidden' });
        break;
      default: break;
    }
  }

  #items({ track: id, items, at, weight }) {
    const life = this.#life;
    const tracks = this.#tracks.filter(track => id === null ? track.live : track.id === id);
    // of channels that are followed no more, or of a room that was left: what is missed comes again from the cursors on
    for (const item of tracks.length === 0 ? [] : items) {
      if (typeof item === 'string') {
        const event = new LogEvent(item);
        for (const track of tracks) track.cursor = later(track.cursor, event.id);
        this.#out.event(event);
      } else {
        if (item.gap.reason === 'unknown-id') for (const track of tracks) track.cursor = null;
        this.#out.gap(item.gap);
      }
      if (life !== this.#life) return; // a callback has stopped it
    }
    if (at !== null) for (const track of tracks) track.cursor = later(track.cursor, at);
    this.#merge();
    this.#send({ type: 'taken', weight });
  }

  /** Tracks that have come to the same place are one. */
  #merge() {
    if (this.#tracks.length < 2 || !this.#tracks.every(track => track.live && track.cursor === this.#tracks[0].cursor))
      return;
    const [first, ...others] = this.#tracks;
    if (first.cursor === null) return;
    first.channels = [...new Set([first, ...others].flatMap(track => track.channels))];
    this.#tracks = [first];
    this.#change();
  }

  #end(state) {
    this.#exit();
    this.#unlistenAll();
    this.#life = null;
    this.#out.flush();
    this.#state(state);
    this.#out.end(state);
  }

  #state(state) {
    const again = state.name === 'connecting' && this.#last?.name === 'connecting'
        && state.attempt === this.#last.attempt;
    this.#last = state;
    if (!again) this.#out.state(state);
  }

  // ---- the page

  #listen() {
    if (globalThis.document === undefined || globalThis.addEventListener === undefined) return;
    const listen = (target, name, listener) => {
      target.addEventListener(name, listener);
      this.#unlisten.push(() => target.removeEventListener(name, listener));
    };
    listen(globalThis, 'online', () => this.retryNow());
    // A page that one has left may live on, for the way back: it must not keep one of the connections that a browser
    // has for a host.
    for (const name of ['pagehide', 'freeze'])
      listen(name === 'freeze' ? document : globalThis, name, () => this.#leave('asleep'));
    for (const name of ['pageshow', 'resume'])
      listen(name === 'resume' ? document : globalThis, name, () => this.#come('asleep'));
    listen(document, 'visibilitychange', () => this.#see());
    this.#see();
  }

  #unlistenAll() {
    clearTimeout(this.#life?.timer);
    for (const unlisten of this.#unlisten) unlisten();
    this.#unlisten = [];
  }

  /** Leaves the room, and keeps in mind where it was. */
  #leave(why) {
    if (this.#life.away) return;
    this.#exit(true);
    this.#life.away = why;
  }

  #come(why) {
    if (this.#life.away !== why) {
      this.#send({ type: 'wake' });
      return;
    }
    this.#life.away = null;
    this.#life.joined = false;
    this.#enter();
  }

  #see() {
    const life = this.#life;
    clearTimeout(life.timer);
    if (document.hidden && this.#options.hidden !== Infinity) {
      life.timer = setTimeout(() => {
        life.hidden = true;
        this.#send({ type: 'hidden', hidden: true });
      }, this.#options.hidden ?? HIDDEN);
    } else if (life.hidden) {
      life.hidden = false;
      if (life.away === 'hidden') this.#come('hidden');
      else this.#send({ type: 'hidden', hidden: false });
      this.#send({ type: 'wake' });
    }
  }
}
