// Where rows stand, when most are of one height and some are higher: those that are open, or that wrap.

/** So many heights are remembered: a row that was not seen for long counts as a plain one again. */
const MOST = 3000;

export class Heights {
  /** Extra pixels by the number of the row. */
  #extra = new Map();
  /** [{ place, extra, before }] by place; `before` is the sum of the extras before it. */
  #list = [];

  /** In pixels, of a plain row. */
  plain;

  constructor(plain) {
    this.plain = plain;
  }

  /** The row is so many pixels higher than a plain one. Whether that is news. */
  set(number, extra) {
    const before = this.#extra.get(number) ?? 0;
    this.#extra.delete(number); // and to the end: the order is that of the last look
    if (extra !== 0) this.#extra.set(number, extra);
    if (this.#extra.size > MOST) this.#extra.delete(this.#extra.keys().next().value);
    return before !== extra;
  }

  of(number) {
    return this.plain + (this.#extra.get(number) ?? 0);
  }

  clear() {
    this.#extra.clear();
    this.#list = [];
  }

  /** Finds out where the rows stand now. */
  place(lines) {
    this.#list = [];
    for (const [number, extra] of this.#extra) {
      const place = lines.placeOf(number);
      if (place < lines.shown && lines.at(place).number === number) this.#list.push({ place, extra, before: 0 });
    }
    this.#list.sort((one, other) => one.place - other.place);
    let sum = 0;
    for (const one of this.#list) {
      one.before = sum;
      sum += one.extra;
    }
  }

  /** Where the row at this place begins, in pixels from the first. */
  top(place) {
    const after = this.#after(one => one.place < place);
    const last = this.#list[after - 1];
    return place * this.plain + (last === undefined ? 0 : last.before + last.extra);
  }

  /** The place of the row that is there. */
  at(top) {
    const after = this.#after(one => one.place * this.plain + one.before <= top);
    const last = this.#list[after - 1];
    if (last === undefined) return Math.floor(top / this.plain);
    return Math.max(last.place, Math.floor((top - last.before - last.extra) / this.plain));
  }

  /** How many of the list come before, which this holds for. */
  #after(holds) {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#list[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
