// The filter, applied to very many lines in turns, so that the page still answers meanwhile.

/** With this many lines, or this many characters in them, people notice when all are looked at in one go. */
const MANY = 5000;
const MUCH = 4_000_000;
/** In milliseconds of a turn. */
const TURN = 8;

export class Sieve {
  #lines;
  #done;
  #round = 0;

  /** @param done is called when another filter holds */
  constructor(lines, done) {
    this.#lines = lines;
    this.#done = done;
  }

  /** Applies this filter. With many lines that takes some turns, and the filter before it holds until then. */
  filter(levels, passes) {
    const round = ++this.#round;
    const isFew = this.#lines.size < MANY && this.#lines.weight < MUCH;
    if (passes === null || isFew || document.hidden) {
      this.#lines.filter(levels, passes);
      return;
    }
    const found = new Map();
    const all = this.#lines.all();
    let at = 0;
    const turn = () => {
      if (round !== this.#round) return;
      const end = performance.now() + TURN;
      for (; at < all.length && (at % 4 !== 0 || performance.now() < end); at++) {
        const line = all[at];
        if (line.kind === 'log') found.set(line, passes(line));
      }
      if (at < all.length) setTimeout(turn);
      else {
        this.#lines.filter(levels, passes, line => found.get(line) ?? passes(line));
        this.#done();
      }
    };
    turn();
  }
}
