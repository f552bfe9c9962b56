// The worker that all tabs of an origin share: it has a hub for each room.
import { Hub } from './hub.js';
import { PROTOCOL } from './rooms.js';

const hubs = new Map();
/** The tab that speaks for a stream, by its id. A page that got no answer in time comes again by another port. */
const owners = new Map();

if (globalThis.SharedWorkerGlobalScope !== undefined && globalThis.name === PROTOCOL)
  globalThis.addEventListener('connect', ({ ports: [port] }) => new Tab(port));

/** A page at the other end of a port. */
class Tab {
  #port;
  /** The rooms of the streams, by their ids. */
  #joined = new Map();

  constructor(port) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data);
  }

  #hear({ type, name, room, spec, id, message }) {
    if (type === 'ping') this.#port.postMessage({});
    else if (type === 'alive') navigator.locks.request(name, () => this.#end());
    else if (type === 'end') this.#end();
    else if (message.type === 'join') {
      this.#joined.set(id, room);
      owners.set(id, this);
      hubOf(room, spec).join(id, message, told => this.#port.postMessage({ id, message: told }));
    } else if (owners.get(id) === this) {
      hubs.get(room)?.hear(id, message);
      if (message.type === 'leave') this.#forget(id);
    }
  }

  #end() {
    for (const [id, room] of this.#joined) {
      if (owners.get(id) !== this) continue;
      hubs.get(room)?.leave(id);
      this.#forget(id);
    }
    this.#joined.clear();
  }

  #forget(id) {
    this.#joined.delete(id);
    owners.delete(id);
  }
}

function hubOf(room, spec) {
  let hub = hubs.get(room);
  if (hub === undefined) {
    hub = new Hub({ ...spec, idle() {
      if (hubs.get(room) !== hub) return;
      hubs.delete(room);
      hub.close();
    } });
    hubs.set(room, hub);
  }
  return hub;
}
