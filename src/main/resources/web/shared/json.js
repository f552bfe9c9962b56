// JSON as people read it: indented, coloured, to be folded; its tokens as they were published, which parsing and
// writing would not keep (1.00, 2e400).
import { element } from './dom.js';
import { cut, show } from './text.js';

/** In tokens that are laid out: the rest of a larger value is shown as it is. */
const MAX_TOKENS = 2000;
/** In levels: deeper ones have no indentation left to show. */
const MAX_DEPTH = 40;
/** In characters: a longer string is cut, and shown whole when asked. */
const MAX_STRING = 2000;
/** The white space between tokens is gone already: the gateway takes it away. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gy;

/** The element that shows this JSON text; its members can be folded where they hold further ones. */
/** @param fields whether names of members are buttons that know the path */
export function jsonOf(text, needle, fields = false) {
  const reader = new Reader(text, needle, fields);
  const shown = element('div', { className: 'json' });
  reader.value(shown, '', 0, null);
  const rest = reader.rest();
  if (rest !== '') long(shown.appendChild(element('div', { className: 'json-rest' })), rest, MAX_STRING, needle);
  return shown;
}

/** A text that is cut at so many characters, and a button that shows all of it. */
export function long(parent, text, most, needle) {
  const short = cut(text, most);
  show(parent, short, needle, true);
  if (short.length === text.length) return;
  parent.append(element('button', { className: 'all', type: 'button', on: { click(event) {
    event.stopPropagation();
    parent.replaceChildren();
    show(parent, text, needle, true);
  } } }, `Show all ${text.length.toLocaleString('en')} characters`));
}

class Reader {
  #text;
  #needle;
  #fields;
  #at = 0;
  #tokens = 0;

  constructor(text, needle, fields) {
    this.#text = text;
    this.#needle = needle;
    this.#fields = fields;
  }

  /** The text that was not laid out any more. */
  rest() {
    return this.#text.slice(this.#at);
  }

  /**
   * Lays out the value that comes next: behind its name, and what holds others as a part that folds.
   *
   * @param path of the member from the top; null where none leads, as into an array
   */
  value(parent, name, depth, path) {
    const token = this.#next();
    if (token === '{' || token === '[') this.#nested(parent, name, token, depth, path);
    else if (token !== '') {
      const line = element('div', { className: 'member' });
      this.#name(line, name, path);
      this.#scalar(line, token);
      parent.append(line);
    }
  }

  #nested(parent, name, open, depth, path) {
    const close = open === '{' ? '}' : ']';
    if (this.#peek() === close) {
      this.#next();
      const line = element('div', { className: 'member' });
      this.#name(line, name, path);
      line.append(open + close);
      parent.append(line);
      return;
    }
    const body = element('div', { className: depth < MAX_DEPTH ? 'members' : 'members flat' });
    let count = 0;
    for (let token = open; token === open || token === ','; token = this.#next()) {
      const key = open === '{' ? this.#next() : '';
      if (open === '{') this.#next();
      const inside = key === '' || depth > 0 && path === null ? null
          : (path === null ? '' : path + '.') + unescaped(key);
      this.value(body, key, depth + 1, inside);
      count++;
    }
    const summary = element('summary');
    this.#name(summary, name, path);
    summary.append(element('span', { className: 'bracket' }, open),
        element('span', { className: 'count' }, `${count} ${close}`));
    parent.append(element('details', { open: true, className: 'nested' }, summary, body,
        element('div', { className: 'bracket closing' }, close)));
  }

  #name(parent, name, path) {
    if (name === '') return;
    const key = this.#fields && path !== null && path !== ''
      ? element('button', { type: 'button', className: 'json-key', title: 'Filter by it, or show it as a column',
      dataset: { path } })
      : element('bdi', { className: 'json-key' });
    show(key, unescaped(name), this.#needle);
    parent.append(key, ': ');
  }

  #scalar(parent, token) {
    const kind = token[0] === '"' ? 'string' : /^[-0-9]/.test(token) ? 'number' : 'word';
    const value = element('bdi', { className: 'json-' + kind });
    parent.append(value);
    long(value, kind === 'string' ? '"' + unescaped(token) + '"' : token, MAX_STRING, this.#needle);
  }

  #next() {
    if (this.#tokens >= MAX_TOKENS) return '';
    const token = this.#peek();
    this.#at += token.length;
    this.#tokens++;
    return token;
  }

  #peek() {
    TOKEN.lastIndex = this.#at;
    return TOKEN.exec(this.#text)?.[0] ?? '';
  }
}

/** The text of a string, without its quotes. */
function unescaped(string) {
  try {
    return JSON.parse(string);
  } catch (cutOff) {
    return string;
  }
}
