// Streams that bring tracks their history, each until it meets the shared stream.
import { channelOf } from './envelope.js';
import { later } from './ids.js';

/** A browser has six connections for a host: so many may bring history at a time. */
const MOST = 3;

export class Pasts {
  #hub;
  #tracks = new Set();

  /**
   * @param hub { members(), source(options, told), arrived(member, track), state(member, track, state) }: `arrived` is
   * called whenever a track's history has come further
   */
  constructor(hub) {
    this.#hub = hub;
  }

  /** Asks for the history of the track, or lets it wait for its turn. */
  open(member, track) {
    if (track.state === 'past' && this.#tracks.size >= MOST) return; // its turn comes when another is done
    this.#tracks.add(track);
    track.conditions = member.conditions;
    const cursor = track.at ?? track.cursor;
    const source = this.#hub.source({ channels: track.channels, conditions: member.conditions ?? member.wanted,
        start: track.start, cursor }, {
      event: (id, json) => {
        if (track.source !== source) return;
        track.at = id;
        if (!track.isPassed(channelOf(json), id)) member.give(track, json);
        member.move(track, id);
        this.#hub.arrived(member, track);
      },
      gap: gap => {
        if (track.source !== source) return;
        if (gap.reason === 'unknown-id') track.at = null;
        member.give(track, { gap });
      },
      place: (id, first) => {
        if (track.source !== source) return;
        if (first) track.begin ??= id;
        track.at = later(track.at, id);
        member.move(track, track.at);
        this.#hub.arrived(member, track);
      },
      state: state => track.source === source && this.#hub.state(member, track, state),
    });
    track.source = source;
  }

  /** Whatever is asleep, or may be dead, is asked for again. */
  wake() {
    for (const track of this.#tracks) track.source?.wake();
  }

  stop(track) {
    track.source?.stop();
    track.source = null;
    this.#tracks.delete(track);
    queueMicrotask(() => this.#next());
  }

  /** Its channels or filters have changed: what is still to come is asked for anew. */
  again(track) {
    const wasPast = track.state === 'past' || track.state === 'alone';
    track.source.stop();
    track.source = null;
    this.#tracks.delete(track);
    if (!wasPast) return;
    track.cursor = track.at ?? track.cursor;
    track.release();
    track.state = 'new';
  }

  #next() {
    for (const member of this.#hub.members())
      for (const track of member.tracks)
        if (track.state === 'past' && track.source === null) this.open(member, track);
  }
}
