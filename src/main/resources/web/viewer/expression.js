// A regular expression whose time grows with the text and no faster. A browser's own may take for ever: `(a+)+$` does
// on thirty letters. The browser still tells whether one sign matches.

/** In characters: it looks at no more of a text. */
const MOST_CHARACTERS = 20_000;
/** In instructions: they and the length of the text bound the steps. */
const MOST_INSTRUCTIONS = 500;
/** In parts that are looked at while it is translated: a repetition looks at its part again and again. */
const MOST_PARTS = 5000;

const REPETITION = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;
const ESCAPE = new RegExp([/\\u\{[^}]*\}/, /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/,
  /\\u[0-9a-fA-F]{4}/, /\\x[0-9a-fA-F]{2}/, /\\c[A-Za-z]/, /\\[pP]\{[^}]*\}/, /\\[^]/].map(one => one.source)
  .join('|'), 'y');
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/y;
const GROUP = /\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/y;

const [SIGN, EDGE, SPLIT, JUMP, END] = [0, 1, 2, 3, 4];

/**
 * As a global `RegExp` that ignores case and knows Unicode, as far as `exec`, `test` and `lastIndex` go. It does not
 * understand references back, nor looking ahead or behind: no bound on their time is known.
 *
 * It tries the ways to match as a browser does, but none from the same place a second time: what failed there once
 * fails there again. It finds what a browser finds, but where a repeated group matches nothing, a match may end sooner.
 */
export class Expression {
  #source;
  #program;
  #seen = new Uint32Array(64);
  lastIndex = 0;

  /** @throws SyntaxError */
  constructor(source) {
    new RegExp(source, 'iu'); // says what is wrong; from here on it is well formed
    this.#source = source;
    this.#program = new Translation().of(new Reader(source).whole());
  }

  toString() {
    return `/${this.#source}/giu`;
  }

  test(text) {
    return this.exec(text) !== null;
  }

  /** { 0, index } of the first match from `lastIndex` on, which is then behind it; null when there is none. */
  exec(text) {
    const end = Math.min(text.length, MOST_CHARACTERS);
    const words = (this.#program.length * (end + 1) >>> 5) + 1;
    if (this.#seen.length < words) this.#seen = new Uint32Array(2 * words);
    else this.#seen.fill(0, 0, words);
    for (let from = this.lastIndex; from <= end; from++) {
      if (isInPair(text, from)) continue;
      const to = this.#match(text, from, end);
      if (to < 0) continue;
      this.lastIndex = to;
      return { 0: text.slice(from, to), index: from };
    }
    this.lastIndex = 0;
    return null;
  }

  /** Where the match ends that begins there, or -1. */
  #match(text, from, end) {
    const others = [0, from];
    while (others.length > 0) {
      let at = others.pop();
      let step = others.pop();
      while (at <= end && this.#isNew(step * (end + 1) + at)) {
        const { kind, holds, to, other } = this.#program[step];
        if (kind === SIGN) {
          const code = at < end ? text.codePointAt(at) : -1;
          if (code < 0 || !holds(code)) break;
          at += code > 0xffff ? 2 : 1;
          step++;
        } else if (kind === EDGE) {
          if (!holds(text, at)) break;
          step++;
        } else if (kind === SPLIT) {
          others.push(other, at);
          step = to;
        } else if (kind === JUMP) step = to;
        else return at;
      }
    }
    return -1;
  }

  #isNew(bit) {
    const mask = 1 << (bit & 31);
    if ((this.#seen[bit >>> 5] & mask) !== 0) return false;
    this.#seen[bit >>> 5] |= mask;
    return true;
  }
}

/** Reads an expression into its parts: { sign }, { edge }, { all }, { any }, { part, least, most, lazy }. */
class Reader {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  whole() {
    return this.#any();
  }

  #any() {
    const any = [this.#all()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      any.push(this.#all());
    }
    return any.length === 1 ? any[0] : { any };
  }

  #all() {
    const all = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at])) all.push(this.#repeated());
    return { all };
  }

  #repeated() {
    const part = this.#single();
    const found = this.#take(REPETITION);
    if (found === null) return part;
    const [text, count, comma, last] = found;
    const [least, most] = count === undefined ? { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[text[0]]
      : [Number(count), comma === '' ? Number(count) : last === '' ? Infinity : Number(last)];
    return { part, least, most, lazy: text.length > 1 && text.endsWith('?') };
  }

  #single() {
    const sign = String.fromCodePoint(this.#text.codePointAt(this.#at));
    if (sign === '(') return this.#group();
    if (sign === '[') return { sign: this.#take(CLASS)[0] };
    if (sign === '\\') return this.#escape();
    this.#at += sign.length;
    if (sign === '^') return { edge: (_, at) => at === 0 };
    if (sign === '$') return { edge: (text, at) => at === text.length };
    return { sign };
  }

  #group() {
    if (this.#take(GROUP) === null)
      throw new SyntaxError(`a group that begins with ${this.#text.slice(this.#at, this.#at + 3)} is not known here`);
    const inside = this.#any();
    this.#at++;
    return inside;
  }

  #escape() {
    const [escape] = this.#take(ESCAPE);
    if (/^\\[1-9k]/.test(escape)) throw new SyntaxError('references back to a group are not known here');
    if (escape === '\\b') return { edge: isEdgeOfWord };
    if (escape === '\\B') return { edge: (text, at) => !isEdgeOfWord(text, at) };
    return { sign: escape };
  }

  #take(pattern) {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}

/** Makes steps of parts. */
class Translation {
  #steps = [];
  #parts = 0;

  of(part) {
    this.#add(part);
    this.#step({ kind: END });
    return this.#steps;
  }

  #add(part) {
    if (++this.#parts > MOST_PARTS) tooLong();
    if (part.sign !== undefined) this.#step({ kind: SIGN, holds: holderOf(part.sign) });
    else if (part.edge !== undefined) this.#step({ kind: EDGE, holds: part.edge });
    else if (part.all !== undefined) for (const one of part.all) this.#add(one);
    else if (part.any !== undefined) this.#choose(part.any);
    else this.#repeat(part);
  }

  #choose(any) {
    const jumps = [];
    for (const one of any.slice(0, -1)) {
      const split = this.#step({ kind: SPLIT });
      split.to = this.#steps.length;
      this.#add(one);
      jumps.push(this.#step({ kind: JUMP }));
      split.other = this.#steps.length;
    }
    this.#add(any.at(-1));
    for (const jump of jumps) jump.to = this.#steps.length;
  }

  #repeat({ part, least, most, lazy }) {
    for (let count = 0; count < least; count++) this.#add(part);
    const splits = [];
    for (let count = least; count < most && (most !== Infinity || count === least); count++) {
      const start = this.#steps.length;
      const split = this.#step({ kind: SPLIT, to: start + 1 });
      splits.push(split);
      this.#add(part);
      if (most === Infinity) this.#step({ kind: JUMP, to: start });
    }
    for (const split of splits) {
      split.other = this.#steps.length;
      if (lazy) [split.to, split.other] = [split.other, split.to];
    }
  }

  #step(step) {
    if (this.#steps.length >= MOST_INSTRUCTIONS) tooLong();
    this.#steps.push(step);
    return step;
  }
}

function tooLong() {
  throw new SyntaxError('it is too long, or repeats too much');
}

/** Tells of a code point whether the sign, escape or class is it; the browser is asked once for each. */
function holderOf(sign) {
  const pattern = new RegExp(`^(?:${sign})$`, 'iu');
  const known = new Map();
  return code => {
    let holds = known.get(code);
    if (holds === undefined) known.set(code, holds = pattern.test(String.fromCodePoint(code)));
    return holds;
  };
}

const isOfWord = holderOf('\\w');

function isEdgeOfWord(text, at) {
  const [before, after] = [at - 1, at].map(place => place >= 0 && place < text.length
      && isOfWord(text.charCodeAt(place)));
  return before !== after;
}

/** Whether the place is between the two halves of a sign. */
function isInPair(text, at) {
  const low = text.charCodeAt(at);
  if (!(low >= 0xdc00 && low <= 0xdfff) || at === 0) return false;
  const high = text.charCodeAt(at - 1);
  return high >= 0xd800 && high <= 0xdbff;
}
