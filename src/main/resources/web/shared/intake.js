// Events that have come and are not yet among the lines. It takes them in slices, so that the page still answers when
// many come at once.

/** In milliseconds of a frame, or of a turn while nobody looks at the page. */
const SLICE = 8;
const UNSEEN_SLICE = 50;
const UNSEEN_TURN = 250;

/**
 *     push ──▶ waiting ──(a slice with each frame)──▶ take
 *                 │ paused: they wait, and are counted; over the bound the oldest go, and are counted too
 */
export class Intake {
  #waiting = [];
  #head = 0;
  #weight = 0;
  #dropped = 0;
  /** The ids of the first and the last that were let go. */
  #firstDropped = null;
  #lastDropped = null;
  #paused = false;
  #scheduled = false;
  #end = new AbortController();

  /**
   * @param bounds { count, weight } of what may wait; `weight` in characters
   * @param take is given each item in turn; one for which it answers false waits on, and then it is to pause this
   * @param dropped is told, in the place where they were, how many were let go, and the ids of the first and the last;
   *                it answers as `take` does
   * @param done is called after each slice, and with each frame in which something came while it is paused
   */
  constructor(bounds, take, dropped, done) {
    Object.assign(this, { bounds, take, dropped, done });
    document.addEventListener('visibilitychange', () => {
      this.#scheduled = false;
      this.#schedule();
    }, { signal: this.#end.signal });
  }

  /** Takes in no more. */
  end() {
    this.clear();
    this.#end.abort();
  }

  get paused() {
    return this.#paused;
  }

  /** How many wait, or were let go while they did. */
  get held() {
    return this.#waiting.length - this.#head + this.#dropped;
  }

  push(item) {
    this.#waiting.push(item);
    this.#weight += weight(item);
    while (this.#waiting.length - this.#head > this.bounds.count
        || (this.#weight > this.bounds.weight && this.#waiting.length - this.#head > 1)) {
      const gone = this.#next();
      this.#weight -= weight(gone);
      this.#dropped++;
      this.#firstDropped ??= gone.id ?? null;
      this.#lastDropped = gone.id ?? this.#lastDropped;
    }
    this.#schedule();
  }

  pause(paused) {
    this.#paused = paused;
    this.#schedule();
  }

  /** Forgets what waits. */
  clear() {
    this.#waiting = [];
    this.#head = 0;
    this.#weight = 0;
    this.#forget();
  }

  #schedule() {
    if (this.#scheduled || this.held === 0) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#slice(UNSEEN_SLICE), UNSEEN_TURN); // there are no frames then
    else requestAnimationFrame(() => this.#slice(SLICE));
  }

  #slice(milliseconds) {
    this.#scheduled = false;
    if (this.#paused) {
      this.done();
      return;
    }
    const told = this.#dropped === 0 || this.dropped(this.#dropped, this.#firstDropped, this.#lastDropped) !== false;
    if (told) this.#forget();
    const end = performance.now() + milliseconds;
    for (let count = 0; told && this.#head < this.#waiting.length
        && (count % 32 !== 0 || performance.now() < end || count === 0); count++) {
      const waiting = this.#waiting[this.#head];
      if (this.take(waiting) === false) break;
      if (this.#waiting[this.#head] === waiting) this.#weight -= weight(this.#next()); // else it was cleared meanwhile
    }
    this.done();
    this.#schedule();
  }

  #forget() {
    this.#dropped = 0;
    this.#firstDropped = this.#lastDropped = null;
  }

  #next() {
    const item = this.#waiting[this.#head];
    this.#waiting[this.#head++] = undefined;
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head > 10_000 && this.#head > this.#waiting.length / 2) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}

function weight(item) {
  return 100 + (item.text?.length ?? 0);
}
