// Whether one is let in: how the stream stands, which channels one may read, and the token that the gateway asks for.
import { sentence } from './connection.js';
import { channels } from './gateway.js';

export class Admission {
  #parts;
  #changed;

  /**
   * @param parts { state, access, connection, notices, traffic }
   * @param changed is told after something of it is known
   */
  constructor(parts, changed) {
    this.#parts = parts;
    this.#changed = changed;
  }

  /** The stream stands another way. */
  stand(stand) {
    const { state, access, connection, notices, traffic } = this.#parts;
    connection.show(stand);
    if (stand.name === 'ended' && stand.reason === 'unauthorized') this.refused(stand);
    else if (stand.name === 'live') {
      access.hide();
      notices.live();
      traffic.begin();
    } else if (stand.name === 'past') {
      access.hide();
      if (state.view.range === null) notices.past('You look at the past: lines around the one of the link.');
    }
    this.#changed();
  }

  /** The gateway does not know who one is. */
  refused({ detail, scheme }) {
    const { access, connection } = this.#parts;
    if (scheme === 'Bearer' && access.token === null)
      access.ask('This gateway asks for a token', 'Whoever runs it can give you one that opens the logs you may read.');
    else if (scheme === 'Bearer') access.ask('The token was not accepted', sentence(detail));
    else connection.show({ name: 'ended', reason: 'forbidden', detail });
  }

  /** The channels that there are and that one may read. */
  async channels() {
    const { state, access } = this.#parts;
    try {
      state.learn(await channels(access.token));
    } catch (refused) {
      if (refused.status === 401) {
        state.learn([]);
        this.refused(refused);
      }
    }
    this.#changed();
    return state.known;
  }
}
