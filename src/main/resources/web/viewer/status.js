// Shows the state of the page around the lines: counts, the pause, the edge, and a text in place of lines.
import { sentence } from './connection.js';
import { byId } from '../shared/dom.js';
import { number, put } from './feedback.js';

export class Status {
  #parts;

  /** @param parts { state, lines, rows, feed, connection, chips, edge, empty, access, notices, histogram } */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Lines, the filter or the connection have changed. */
  changed() {
    this.#counts();
    this.#pause();
    this.#edge();
    this.#empty();
    this.#columns();
    this.#parts.histogram.changed();
  }

  /** Rows were drawn. */
  drawn() {
    const { rows, lines, feed } = this.#parts;
    const button = byId('newer');
    button.hidden = rows.following || lines.shown === 0;
    put('newer-text', feed.mode === 'past' ? 'Follow new lines' : rows.unseen === 0 ? 'Follow'
      : `${number(rows.unseen)} new ${rows.unseen === 1 ? 'line' : 'lines'}`);
    feed.drawn();
  }

  #counts() {
    const { state, lines, chips } = this.#parts;
    chips.show(lines.counts, state.view.levels);
    put('count', state.isNarrowed ? `${number(lines.found)} of ${number(lines.size)}` : number(lines.size));
  }

  #pause() {
    const { feed } = this.#parts;
    byId('pause').setAttribute('aria-pressed', String(feed.paused));
    put('pause-text', feed.paused ? 'Resume' : 'Pause');
    document.body.classList.toggle('paused', feed.paused);
    put('paused-text', feed.held === 0 ? 'Paused. Nothing new so far.'
      : `Paused. ${number(feed.held)} new ${feed.held === 1 ? 'line waits' : 'lines wait'}.`);
    byId('paused').hidden = !feed.paused;
  }

  #edge() {
    const { state, lines, feed, edge } = this.#parts;
    edge.show(feed.older, { isSearch: state.isNarrowed, isRange: state.view.range !== null, how: state.view.time,
      hidden: feed.mode === 'idle' || lines.shown === 0 && !feed.older.busy });
  }

  #empty() {
    const { state, lines, feed, connection, empty, access } = this.#parts;
    const stand = connection.state;
    if (lines.found > 0 || !byId('access').hidden) empty.hide();
    else if (feed.mode === 'idle') empty.choose(state.known, state.development);
    else if (feed.newer.busy) empty.hide();
    else if (state.isNarrowed && (lines.size > 0 || feed.mode === 'past' || stand.name === 'live'))
      empty.filtered(lines.size, feed.older);
    else if (stand.name === 'live') empty.waiting(stand.channels, state.development, feed.older);
    else if (stand.name === 'past' && !feed.newer.busy && !feed.older.busy) empty.nothing(state.view.range !== null);
    else if (stand.name === 'ended' && stand.reason !== 'unauthorized')
      empty.ended(stand.reason, sentence(stand.detail), access.token === null ? null : () => byId('access-open')
          .click());
    else empty.hide();
  }

  #columns() {
    const { state, rows } = this.#parts;
    const { channels } = state.view;
    byId('scroller').classList.toggle('narrowed', state.isNarrowed);
    for (const list of [byId('scroller').classList, byId('heads').classList]) {
      list.toggle('one-channel', channels.length === 1 && !channels[0].includes('*'));
      list.toggle('one-workspace', rows.look.skip === 3);
    }
  }
}
