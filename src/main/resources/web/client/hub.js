// Many streams of pages over one of the gateway.
import { common } from './conditions.js';
import { channelOf, dataOf } from './envelope.js';
import { compareIds, isId, later } from './ids.js';
import { Member, Track } from './member.js';
import { Pasts } from './pasts.js';
import { SameToken } from './same-token.js';
import { shareable, unseen } from './sharing.js';
import { Source } from './source.js';

/** In milliseconds: who comes at the same time is asked for at the same time. */
const GATHER = 20;

/**
 * One stream of the gateway for all members, which see what each of them asked for.
 *
 *     member: tracks ──┐                        ┌── the shared stream: all their channels, their common filters
 *     member: tracks ──┼── at: its place ◀──────┘
 *     member: tracks ──┘                        ◀── history: for a while a stream for a track that begins before
 *
 * The gateway has one order of all events. So a track may change from its own stream to the shared one as soon as the
 * former has come
 * to where the latter began for it, and nothing is lost or doubled.
 */
export class Hub {
  #spec;
  #members = new Map();
  #up = null;
  /** The place of the shared stream; null as long as it is not known. */
  #at = null;
  #asked = { channels: [], conditions: null, key: '' };
  #opening = null;
  #state = null;
  #pasts = new Pasts({
    members: () => this.#members.values(),
    source: (options, told) => this.#source(options, told),
    arrived: (member, track) => this.#look(member, track),
    state: (member, track, state) => this.#standOfPast(member, track, state),
  });
  #timer = null;
  #token;
  #isClosed = false;
  /** Whether the stream takes the place of one that was live: nobody need know that. */
  #isReplaced = false;

  /**
   * @param spec { base, credentials, silence, token, idle() }: `token` is the one that all members have, `idle` is
   * called when there are none
   */
  constructor(spec) {
    this.#spec = spec;
    this.#token = new SameToken(spec.token, () => this.#members.values());
  }

  /** @param post takes what the member is told */
  join(id, wish, post) {
    this.#drop(id);
    this.#members.set(id, new Member(id, wish, post, () => this.#soon()));
    this.#soon();
  }

  change(id, { tracks, conditions, wanted }) {
    const member = this.#members.get(id);
    if (member === undefined) return;
    member.filter(conditions);
    member.wanted = wanted;
    const known = member.tracks.filter(track => track.begin !== null);
    const passed = known.flatMap(track => [{ has: track.has, from: track.begin, to: this.#at },
      { has: channel => member.tracks.includes(track) && track.has(channel), from: track.begin, to: null }]);
    const kept = [];
    for (const wish of tracks) {
      const track = member.tracks.find(one => one.id === wish.id);
      if (track === undefined) {
        const added = new Track(wish);
        added.passed = passed;
        kept.push(added);
      } else {
        if (track.channels.join() !== wish.channels.join()) {
          track.narrow(wish.channels);
          if (track.source !== null) this.#pasts.again(track);
        }
        kept.push(track);
      }
    }
    for (const track of member.tracks) if (!kept.includes(track)) this.#pasts.stop(track);
    member.tracks = kept;
    for (const track of kept) if (track.source !== null && track.conditions !== conditions) this.#pasts.again(track);
    this.#soon();
  }

  leave(id) {
    this.#drop(id);
    this.#soon();
  }

  /** Receives a message of a member. */
  hear(id, message) {
    const member = this.#members.get(id);
    if (member === undefined) return;
    if (message.type === 'taken') member.taken(message.weight);
    else if (message.type === 'change') this.change(id, message);
    else if (message.type === 'leave') this.leave(id);
    else if (message.type === 'token') this.#token.answered();
    else if (message.type === 'wake') this.wake();
    else if (message.type === 'hidden') {
      member.hidden = message.hidden;
      this.#soon();
    }
  }

  /** Whatever is asleep, or may be dead, is asked for again. */
  wake() {
    this.#up?.wake();
    this.#pasts.wake();
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const id of [...this.#members.keys()]) this.#drop(id);
    this.#up?.stop();
    this.#up = null;
  }

  // ---- what is asked for

  #soon() {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#arrange();
    }, GATHER);
  }

  #drop(id) {
    const member = this.#members.get(id);
    if (member === undefined) return;
    this.#members.delete(id);
    for (const track of member.tracks) this.#pasts.stop(track);
  }

  #arrange() {
    if (this.#isClosed) return;
    for (const member of [...this.#members.values()]) if (member.lapsed) this.#drop(member.id);
    this.#letGo();
    const { channels, tracks } = shareable(this.#members.values());
    const shared = new Set(tracks.map(({ track }) => track));
    for (const member of this.#members.values())
      for (const track of member.tracks)
        if (track.state === 'new' && !shared.has(track)) {
          track.state = 'alone';
          this.#pasts.open(member, track);
        }
    if (tracks.length === 0) {
      this.#up?.stop();
      this.#up = null;
      this.#at = null;
      this.#state = null;
      if (this.#members.size === 0) this.#spec.idle();
      return;
    }
    const conditions = common(tracks.map(({ member }) => member.conditions));
    const key = JSON.stringify([[...channels].sort(), conditions]);
    if (this.#at === null) this.#begin(channels, conditions, key, tracks);
    else if (key !== this.#asked.key || this.#up === null) this.#open(channels, conditions, key, null, this.#at);
    if (this.#at !== null)
      for (const { member, track } of tracks) if (track.state === 'new') this.#enter(member, track);
  }

  /** Nothing has come yet: the stream begins where those want it who can begin together. */
  #begin(channels, conditions, key, tracks) {
    const resuming = tracks.filter(({ track }) => isId(track.cursor));
    if (resuming.length > 0) {
      const first = resuming.map(({ track }) => track.cursor)
          .reduce((one, other) => compareIds(one, other) < 0 ? one : other);
      this.#up?.stop();
      this.#opening = null;
      for (const { track } of tracks) if (track.state === 'live') track.state = 'new';
      for (const { member, track } of resuming) this.#goLive(member, track, track.cursor, track.cursor);
      this.#at = first;
      this.#open(channels, conditions, key, null, first);
      return;
    }
    const wish = ({ member, track }) =>
        JSON.stringify([[...track.channels].sort(), member.conditions, track.start, track.cursor]);
    const chosen = this.#opening !== null && tracks.some(one => wish(one) === this.#opening) ? this.#opening
        : wish(tracks[0]);
    const alike = tracks.filter(one => wish(one) === chosen);
    for (const { track } of tracks) if (track.state === 'live') track.state = 'new';
    for (const { member, track } of alike) this.#goLive(member, track, null, null);
    const { member, track } = alike[0];
    if (this.#opening === chosen && this.#up !== null) {
      if (this.#state !== null) for (const one of alike) this.#tell(one.member, this.#state);
      return;
    }
    this.#opening = chosen;
    this.#open(track.channels, member.conditions, JSON.stringify([[...track.channels].sort(), member.conditions]),
        track.start, track.cursor);
  }

  /** The shared stream has all that comes after this place. */
  #goLive(member, track, at, begin) {
    track.state = 'live';
    track.at = at;
    track.begin ??= begin;
    member.say({ type: 'live', track: track.id, at });
  }

  #open(channels, conditions, key, start, cursor) {
    this.#up?.stop();
    this.#asked = { channels, conditions, key };
    const source = this.#source({ channels, conditions, start, cursor }, {
      event: (id, json) => this.#up === source && this.#event(id, json),
      gap: gap => this.#up === source && this.#gap(gap),
      place: (id, first) => this.#up === source && this.#place(id, first),
      state: state => this.#up === source && this.#stand(state),
    });
    this.#up = source;
    this.#isReplaced = this.#state?.name === 'live';
  }

  #source(options, told) {
    return new Source({ ...this.#spec, ...options, token: () => this.#token.take() }, told);
  }

  /** The shared stream has a place: a track joins it there, or is given its history first. */
  #enter(member, track) {
    const asks = track.start !== null && (track.start.since !== undefined || String(track.start.tail) !== '0');
    if (track.cursor === null && !asks || isId(track.cursor) && compareIds(track.cursor, this.#at) >= 0) {
      const at = track.cursor ?? this.#at;
      this.#goLive(member, track, at, at);
      if (this.#state !== null) this.#tell(member, this.#state);
      return;
    }
    track.state = 'past';
    track.need = this.#at;
    this.#pasts.open(member, track);
  }

  // ---- history

  #standOfPast(member, track, state) {
    const others = member.tracks.some(one => one !== track && one.state === 'live');
    if (state.name === 'ended') {
      this.#pasts.stop(track);
      if (!others || state.reason === 'unauthorized') member.say({ type: 'state', state });
      else {
        member.denied.push(...track.channels);
        member.tracks = member.tracks.filter(one => one !== track);
        if (this.#state !== null) this.#tell(member, this.#state);
      }
      this.#soon();
    } else if (!others) member.say({ type: 'state', state });
  }

  /** Changes to the shared stream, once history has come so far. */
  #look(member, track) {
    if (track.state !== 'past' || !track.isDue) return;
    this.#pasts.stop(track);
    for (const [id, item] of track.release()) {
      if (typeof item === 'string') track.at = id;
      member.give(track, item);
    }
    member.move(track, later(track.at, this.#at));
    member.flush();
    this.#goLive(member, track, later(track.at, this.#at), track.at);
    if (this.#state !== null) this.#tell(member, this.#state);
    this.#soon();
  }

  // ---- what the shared stream brings

  #event(id, json) {
    if (this.#at !== null && compareIds(id, this.#at) <= 0) return;
    this.#at = id;
    const channel = channelOf(json);
    let text = null;
    for (const member of this.#members.values()) {
      const tracks = member.tracks.filter(track => (track.state === 'live' || track.state === 'past')
          && track.has(channel));
      if (tracks.length === 0) {
        if (member.tracks.some(track => track.state === 'live')) member.move(null, id);
        continue;
      }
      if (member.accepts !== null && !member.accepts(text ??= dataOf(json))) {
        member.move(null, id);
        continue;
      }
      const live = tracks.find(track => track.state === 'live');
      if (live === undefined) tracks[0].hold(id, json);
      else if (live.at === null || compareIds(id, live.at) > 0) {
        live.at = id;
        member.give(null, json);
      }
      member.move(null, id);
    }
  }

  #gap(gap) {
    const unknown = gap.reason === 'unknown-id';
    if (unknown) this.#at = '0-0'; // another log: all of its history follows, whatever its ids are
    for (const member of this.#members.values()) {
      const counts = member.tracks.length === 1
          && JSON.stringify([[...member.channels].sort(), member.conditions]) === this.#asked.key;
      const told = { gap: counts ? gap : { ...gap, lost: null } };
      for (const track of member.tracks) {
        if (unknown && (track.state === 'past' || track.state === 'live')) {
          if (track.state === 'past') this.#pasts.stop(track);
          track.release();
          this.#goLive(member, track, null, null);
        } else if (track.state === 'past') track.hold(gap.to, told);
      }
      if (member.tracks.some(track => track.state === 'live')) member.give(null, told);
    }
  }

  #place(id, first) {
    if (first) this.#token.used();
    const known = this.#at !== null;
    this.#at = later(this.#at, id);
    for (const member of this.#members.values())
      for (const track of member.tracks)
        if (track.state === 'live') {
          track.begin ??= id;
          member.move(null, this.#at);
        }
    if (!known) this.#soon();
  }

  #stand(state) {
    if (state.name === 'connecting' && this.#isReplaced) return;
    this.#isReplaced = false;
    if (state.name === 'ended' && this.#scatter(state)) return;
    this.#state = state;
    if (state.name === 'live' && this.#at === null) { // its cursor was unknown: what follows says where it is
      this.#at = '0-0';
      this.#soon();
    }
    for (const member of this.#members.values())
      if (member.tracks.some(track => track.state === 'live')) this.#tell(member, state);
    if (state.name === 'ended') {
      this.#up = null;
      this.#state = null;
      this.#at = null;
      for (const member of [...this.#members.values()])
        if (member.tracks.some(track => track.state === 'live')) this.#drop(member.id);
      this.#soon();
    }
  }

  /**
   * Tries the members one by one, because the gateway may grant to each what it refuses to all together. Returns
   * whether there were several.
   */
  #scatter(state) {
    if (state.reason === 'unauthorized') return false;
    const tracks = [...this.#members.values()].flatMap(member => member.tracks.map(track => ({ member, track })))
      .filter(({ track }) => track.state === 'live' || track.state === 'new');
    const kinds = new Set(tracks.map(({ member, track }) => JSON.stringify([track.channels, member.conditions])));
    if (kinds.size < 2) return false;
    this.#up = null;
    this.#state = null;
    this.#at = null;
    this.#opening = null;
    for (const { member, track } of tracks) {
      track.cursor = track.at ?? track.cursor;
      track.state = 'alone';
      this.#pasts.open(member, track);
    }
    return true;
  }

  #tell(member, state) {
    if (state.name === 'live') {
      const denied = new Set([...state.denied, ...member.denied]);
      const channels = member.channels.filter(name => !denied.has(name));
      const left = member.channels.filter(name => denied.has(name)).concat(member.denied);
      if (channels.length === 0 && left.length > 0) {
        member.say({ type: 'state', state: { name: 'ended', reason: 'forbidden', status: 403,
            detail: 'You may not read ' + left.join(', ') } });
        this.leave(member.id);
        return;
      }
      member.say({ type: 'state', state: { ...state, channels, denied: left } });
    } else member.say({ type: 'state', state });
  }

  /** Takes leave of hidden members whose channels nobody follows who is seen. */
  #letGo() {
    for (const member of unseen([...this.#members.values()])) {
      member.flush();
      member.say({ type: 'hidden' });
      this.#drop(member.id);
    }
  }
}
