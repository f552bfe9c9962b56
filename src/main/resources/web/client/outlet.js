// What a page is told, in the ways it wants to be told: each thing by itself, once a frame, or in a loop.

/** In events that wait to be taken. */
const MOST = 10_000;
/** In milliseconds: a page that is not seen has no frames. */
const UNSEEN = 250;

export class Outlet {
  #options;
  #batch = [];
  #scheduled = false;
  #queues = new Set();
  /** How many were let go before the batch. */
  #lost = 0;
  dropped = 0;

  /** @param options of the stream: its callbacks, and `buffer` */
  constructor(options) {
    this.#options = options;
  }

  event(event) {
    this.#hand(this.#options.onEvent, event);
    if (this.#options.onEvents) {
      this.#batch.push(event);
      if (this.#batch.length > this.#most) {
        this.#batch.shift();
        this.#lost++;
        this.dropped++;
      }
      this.#schedule();
    }
    for (const queue of this.#queues) queue.push(event);
  }

  /** What came before it is handed on first: a gap has its place. */
  gap(gap) {
    this.flush();
    this.#hand(this.#options.onGap, gap);
    for (const queue of this.#queues) queue.push(gap);
  }

  state(state) {
    this.#hand(this.#options.onState, state);
  }

  /** Hands on what waits for a frame. */
  flush() {
    if (this.#lost > 0) this.#hand(this.#options.onGap, { reason: 'dropped', lost: this.#lost, from: null, to: null });
    this.#lost = 0;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#hand(this.#options.onEvents, batch);
  }

  clear() {
    this.#batch = [];
    this.#lost = 0;
  }

  /** @param state how the stream ended, or null when it was stopped */
  end(state) {
    for (const queue of this.#queues) queue.end(state);
  }

  /** For a loop. */
  queue() {
    const queue = new Queue(this.#most, () => this.dropped++, () => this.#queues.delete(queue));
    this.#queues.add(queue);
    return queue;
  }

  get #most() {
    return this.#options.buffer ?? MOST;
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const flush = () => {
      if (!this.#scheduled) return;
      this.#scheduled = false;
      this.flush();
    };
    setTimeout(flush, UNSEEN); // also when a page that is hidden meanwhile gets no frame
    if (globalThis.requestAnimationFrame && !document.hidden) requestAnimationFrame(flush);
  }

  /** What goes wrong in there is told to the page, as of any listener, and is no fault of the connection. */
  #hand(listener, value) {
    try {
      const done = listener?.(value);
      if (typeof done?.catch === 'function') done.catch(report);
    } catch (fault) {
      report(fault);
    }
  }
}

/** Items that wait for a loop: over the bound the oldest go, and a gap says how many. */
class Queue {
  #most;
  #dropped;
  #closed;
  #items = [];
  #lost = 0;
  #wake = null;
  #ended = false;
  #state = null;

  constructor(most, dropped, closed) {
    this.#most = most;
    this.#dropped = dropped;
    this.#closed = closed;
  }

  push(item) {
    this.#items.push(item);
    if (this.#items.length > this.#most) {
      this.#items.shift();
      this.#lost++;
      this.#dropped();
    }
    this.#wake?.();
  }

  end(state) {
    this.#ended = true;
    this.#state = state;
    this.#wake?.();
  }

  close() {
    this.#closed();
  }

  async* [Symbol.asyncIterator]() {
    for (;;) {
      if (this.#lost > 0) {
        const lost = this.#lost;
        this.#lost = 0;
        yield { reason: 'dropped', lost, from: null, to: null };
      } else if (this.#items.length > 0) yield this.#items.shift();
      else if (this.#ended) {
        if (this.#state !== null) throw Object.assign(new Error(this.#state.detail), { state: this.#state });
        return;
      } else {
        await new Promise(wake => this.#wake = wake);
        this.#wake = null;
      }
    }
  }
}

function report(fault) {
  (globalThis.reportError ?? console.error)(fault);
}
