// A list of lines whose numbers grow: it loses lines at either end, and finds a line by its number.

/** Passed places at the start are cut off when so many have gathered. */
const LOOSE = 10_000;

export class Numbered {
  #items = [];
  #head = 0;

  get length() {
    return this.#items.length - this.#head;
  }

  at(place) {
    return this.#items[this.#head + place];
  }

  get last() {
    return this.length === 0 ? undefined : this.#items.at(-1);
  }

  push(line) {
    this.#items.push(line);
  }

  pop() {
    return this.#items.pop();
  }

  shift() {
    const line = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > LOOSE && this.#head > this.#items.length / 2) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return line;
  }

  /** All of them, in order. */
  list() {
    return this.#items.slice(this.#head);
  }

  /** These and no others from now on. */
  set(lines) {
    this.#items = lines;
    this.#head = 0;
  }

  /** The place of the line with this number, or of the next after it. */
  placeOf(number) {
    let low = this.#head;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#items[middle].number < number) low = middle + 1;
      else high = middle;
    }
    return low - this.#head;
  }

  /** The first line of which this holds, or null. */
  find(holds) {
    for (let i = this.#head; i < this.#items.length; i++) if (holds(this.#items[i])) return this.#items[i];
    return null;
  }

  /** The last line of which this holds, or null. */
  findLast(holds) {
    for (let i = this.#items.length - 1; i >= this.#head; i--) if (holds(this.#items[i])) return this.#items[i];
    return null;
  }
}
