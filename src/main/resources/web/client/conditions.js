// The gateway's own filters once more, for tabs that share a stream and want to see different parts of it. A test
// compares the two.
import { LEVELS, levelOf } from '../shared/levels.js';
import { unescaped } from '../shared/unescaped.js';

/** As many of a kind as the gateway takes. */
const MOST = 8;

/** The filter with its parts as lists, or null when the gateway would refuse it: then the gateway must say why. */
export function conditionsOf({ level, q, not, where } = {}) {
  const lists = [q, not, where].map(list);
  const least = level === undefined || level === null || level === '' ? null : levelOf({ level: String(level) });
  if (least === null && level) return null;
  if (lists.some(texts => texts.length > MOST)) return null;
  if (lists[2].some(text => text.indexOf('=') < 1)) return null;
  return { level: least === 'trace' ? null : least, q: lists[0], not: lists[1], where: lists[2] };
}

/** The filter that all of these have in common: the gateway need not send events that none of them lets through. */
export function common(all) {
  const least = all.some(one => one.level === null) ? null
    : all.map(one => one.level).reduce((one, other) => LEVELS.indexOf(one) > LEVELS.indexOf(other) ? one : other);
  const shared = name => all[0][name].filter(text => all.every(one => one[name].includes(text)));
  return { level: least, q: shared('q'), not: shared('not'), where: shared('where') };
}

/**
 * A function that tells of the JSON text of an entry's data whether these let it through; null when they let all
 * through.
 */
export function matcher({ level, q, not, where }) {
  if (level === null && q.length + not.length + where.length === 0) return null;
  const wanted = q.map(folded);
  const unwanted = not.map(folded);
  const members = where.map(text => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);
  return text => {
    if (level !== null && !isAtLeast(parsed(text), level)) return false;
    if (wanted.length + unwanted.length > 0) {
      const seen = folded(unescaped(text));
      if (!wanted.every(part => seen.includes(part)) || unwanted.some(part => seen.includes(part))) return false;
    }
    return members.every(([path, value]) => new Members(text, path, value).matches());
  };
}

/** A function that tells whether a channel is one of these or matches one. */
export function patterns(channels) {
  const names = new Set(channels.filter(name => !name.includes('*')));
  const rest = channels.filter(name => name.includes('*'))
    .map(name => new RegExp('^' + name.split('*').map(part => part.replace(/[.]/g, '\\.')).join('[^:]+') + '$'));
  return channel => names.has(channel) || rest.some(pattern => pattern.test(channel));
}

function list(texts) {
  return (texts === undefined || texts === null ? [] : Array.isArray(texts) ? texts : [texts]).map(String)
    .filter(text => text !== '');
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (tooDeep) {
    return null;
  }
}

function isAtLeast(data, least) {
  const level = levelOf(data);
  return level !== null && LEVELS.indexOf(level) <= LEVELS.indexOf(least);
}

/** Without case, each character by itself: upper case first, so that letters with two lower-case forms are one. */
function folded(text) {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let all = '';
  for (const sign of text) all += single(single(sign, 'toUpperCase'), 'toLowerCase');
  return all;
}

/** Letters that become several in the other case stay, as in Java; but for the dotted I, which becomes `i` there. */
function single(sign, change) {
  if (sign === '\u0130' && change === 'toLowerCase') return 'i';
  const changed = sign[change]();
  return changed.length === sign.length ? changed : sign;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gy;

/**
 * Looks for a value at a dotted path; of a member that is given twice the last counts, and names may have dots
 * themselves.
 */
class Members {
  #text;
  #path;
  #value;
  #at = 0;

  constructor(text, path, value) {
    this.#text = text;
    this.#path = path;
    this.#value = value;
  }

  matches() {
    return this.#read(0);
  }

  #next() {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#text)?.[0] ?? '';
    this.#at += token.length;
    return token;
  }

  /** Reads the value here, which must have the rest of the path. */
  #read(place) {
    const token = this.#next();
    if (place > this.#path.length) {
      if (token === '{' || token === '[') return this.#skip(), false;
      return (token[0] === '"' ? JSON.parse(token) : token) === this.#value;
    }
    if (token !== '{') {
      if (token === '[') this.#skip();
      return false;
    }
    const found = new Map();
    for (let name = this.#next(); name !== '}' && name !== ''; ) {
      this.#next();
      const key = JSON.parse(name);
      const end = place + key.length;
      if (this.#path.startsWith(key, place) && (end >= this.#path.length || this.#path[end] === '.'))
        found.set(end, this.#read(end + 1));
      else this.#skipValue();
      name = this.#next() === ',' ? this.#next() : '}';
    }
    return [...found.values()].includes(true);
  }

  #skipValue() {
    const token = this.#next();
    if (token === '{' || token === '[') this.#skip();
  }

  /** To the end of what was opened. */
  #skip() {
    for (let depth = 1; depth > 0; ) {
      const token = this.#next();
      if (token === '{' || token === '[') depth++;
      else if (token === '}' || token === ']' || token === '') depth--;
    }
  }
}
