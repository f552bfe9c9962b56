// Hands on events and states to a page, in the way that the page asks for: each by itself, once a frame, or in a loop.

/** In events that wait to be taken. */
const MOST = 10_000;
/** In milliseconds: a page that is not seen has no frames. */
const UNSEEN = 250;

export class Outlet {
  #options;
  #batch = [];
  #scheduled = false;
  #queues = new Set();
  /** How often the stream was stopped. */
  #life = 0;
  /** How many were let go before the batch. */
  #lost = 0;
  dropped = 0;

  /** @param options of the stream: its callbacks, and `buffer` */
  constructor(options) {
    this.#options = options;
  }

  event(event) {
    const life = this.#life;
    this.#hand(this.#options.onEvent, event);
    if (life !== this.#life) return; // it was stopped in there
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

  /** Hands on the events that came before a gap, and then the gap, so that it has its place. */
  gap(gap) {
    const life = this.#life;
    this.flush();
    if (life !== this.#life) return;
    this.#hand(this.#options.onGap, gap);
    if (life !== this.#life) return;
    for (const queue of this.#queues) queue.push(gap);
  }

  state(state) {
    this.#hand(this.#options.onState, state);
  }

  /** Hands on what waits for a frame. */
  flush() {
    const lost = this.#lost;
    this.#lost = 0;
    if (lost > 0) this.#hand(this.#options.onGap, { reason: 'dropped', lost, from: null, to: null });
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#hand(this.#options.onEvents, batch);
  }

  /** The stream was stopped: nothing is handed on of what came before. */
  clear() {
    this.#life++;
    this.#batch = [];
    this.#lost = 0;
  }

  /** @param state how the stream ended, or null when it was stopped */
  end(state) {
    for (const queue of this.#queues) queue.end(state);
  }

  /**
   * For a loop.
   *
   * @param on { begin(queue), over() }: the loop asks for its first item, or for no more
   */
  queue({ begin, over }) {
    const queue = new Queue(this.#most, {
      begin: () => {
        this.#queues.add(queue);
        begin(queue);
      },
      dropped: () => this.dropped++,
      over: () => {
        if (this.#queues.delete(queue)) over();
      },
    });
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

  /** Calls back. The page is told of an error in there, as of any listener. It is no fault of the connection. */
  #hand(listener, value) {
    try {
      const done = listener?.(value);
      if (typeof done?.catch === 'function') done.catch(report);
    } catch (fault) {
      report(fault);
    }
  }
}

/**
 * Items that wait for a loop, as an async iterator: over the bound the oldest go, and a gap says how many.
 *
 *     waiting items, or those who wait for one ──▶ over: by the loop, or by the end of the stream
 */
class Queue {
  #most;
  #on;
  #items = [];
  #takers = [];
  #lost = 0;
  #isBegun = false;
  #isOver = false;
  /** How the stream ended, until the loop was told: null when it was not by a fault. */
  #fault = null;

  /**
   * @param most in items
   * @param on { begin(), dropped(), over() }: `begin` is called when an item is first asked for, `over` when the loop
   *           asks for no more
   */
  constructor(most, on) {
    this.#most = most;
    this.#on = on;
  }

  push(item) {
    this.#items.push(item);
    if (this.#takers.length > 0) this.#takers.shift().resolve(this.#taken());
    else if (this.#items.length > this.#most) {
      const gone = this.#items.shift();
      if (gone.reason === undefined) this.#on.dropped();
      // of a gap that has to go, what it lost is told with the rest
      const lost = gone.reason === undefined ? 1 : gone.lost;
      this.#lost = lost === null || this.#lost === null ? null : this.#lost + lost;
    }
  }

  /** @param state how the stream ended, or null when it was stopped: then nothing is handed on any more */
  end(state) {
    this.#isOver = true;
    if (state === null) this.#forget();
    else this.#fault = Object.assign(new Error(state.detail), { state });
    while (this.#takers.length > 0) {
      const { resolve, reject } = this.#takers.shift();
      this.next().then(resolve, reject);
    }
  }

  async next() {
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#on.begin();
    }
    if (this.#lost !== 0 || this.#items.length > 0) return this.#taken();
    if (!this.#isOver) return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
    this.#on.over();
    const fault = this.#fault;
    this.#fault = null;
    if (fault !== null) throw fault;
    return { done: true, value: undefined };
  }

  /** The loop is left; who still waits for an item gets none. */
  async return(value) {
    this.#isBegun = true;
    this.#isOver = true;
    this.#fault = null;
    this.#forget();
    this.#on.over();
    for (const { resolve } of this.#takers.splice(0)) resolve({ done: true, value: undefined });
    return { done: true, value };
  }

  async throw(fault) {
    await this.return();
    throw fault;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  #taken() {
    const lost = this.#lost;
    this.#lost = 0;
    const value = lost === 0 ? this.#items.shift() : { reason: 'dropped', lost, from: null, to: null };
    return { done: false, value };
  }

  #forget() {
    this.#items = [];
    this.#lost = 0;
  }
}

function report(fault) {
  (globalThis.reportError ?? console.error)(fault);
}
