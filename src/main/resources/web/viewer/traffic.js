// How much is written now.

/** In milliseconds: what comes so soon after a connection is history, and no measure of how much is written now. */
const REPLAY = 2000;

export class Traffic {
  #received = 0;
  #told = 0;
  #from = 0;

  /** An event came. */
  count() {
    this.#received++;
  }

  /** A connection was made: its history follows. */
  begin() {
    this.#from = performance.now() + REPLAY;
  }

  /** Once a second: how many came since. */
  tick() {
    const rate = performance.now() < this.#from ? 0 : this.#received - this.#told;
    this.#told = this.#received;
    return rate;
  }
}
