// Text that others wrote, put on the page: only ever as text, with what is invisible or would reorder its surroundings
// made visible.
import { pieces, strip } from './ansi.js';
import { addressesIn } from './links.js';

/** In characters: a row shows no more of a text, however long it is. */
export const ROW_CHARACTERS = 1000;
/**
 * In elements of each sort (colours, marks, signs): a text that would need more gets none for the rest of it. A row of
 * a log has a handful.
 */
const ROW_ELEMENTS = 50;
const FULL_ELEMENTS = 2000;
/**
 * Controls, and what steers the direction of text or takes no room in it. Left alone are the joiners that scripts and
 * emoji need.
 */
const UNSEEN = new RegExp([
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u,
  /[\u{e0000}-\u{e007f}]/u, /[\ud800-\udbff](?![\udc00-\udfff])/u, /(?<![\ud800-\udbff])[\udc00-\udfff]/u,
].map(part => part.source).join('|'), 'u');
const UNSEEN_ALL = new RegExp(UNSEEN.source, 'gu');
const LAYOUT = /^[\n\t\r]/;

/** A pattern that finds the text wherever it is, ignoring case; null for the empty text. */
export function needle(text) {
  return text === '' ? null : new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
}

/** The first so many characters, never half of a pair. */
export function cut(text, length) {
  if (text.length <= length) return text;
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? length - 1 : length);
}

/**
 * Appends the text to the element, with the colours that it asks for, what the needle finds marked, and addresses as
 * links.
 *
 * @param full whether line feeds and tabs are to do what they say; in a row they are shown as signs
 */
export function show(element, text, found = null, full = false) {
  const most = full ? FULL_ELEMENTS : ROW_ELEMENTS;
  const styled = pieces(text, most);
  const whole = styled.length === 1 ? styled[0].text : styled.map(piece => piece.text).join('');
  const marks = new Spans(found === null ? [] : places(whole, found, most));
  const links = new Spans(addressesIn(whole, most));
  const signs = { full, left: most };
  let at = 0;
  for (const piece of styled) {
    const styledAs = piece.classes === '' ? element : element.appendChild(span(piece.classes));
    if (piece.colour !== null) styledAs.style.setProperty('--ansi', piece.colour);
    const end = at + piece.text.length;
    for (let from = at; from < end;) {
      const linkEnd = Math.min(end, links.end(from));
      const link = links.holds(from) ? styledAs.appendChild(linkTo(whole.slice(...links.current))) : styledAs;
      for (; from < linkEnd;) {
        const to = Math.min(linkEnd, marks.end(from));
        const parent = marks.holds(from) ? link.appendChild(document.createElement('mark')) : link;
        visible(parent, whole.slice(from, to), signs);
        from = to;
      }
    }
    at = end;
  }
}

/** Spans of a text, in order, that are asked for from its start to its end. */
class Spans {
  #list;
  #next = 0;

  constructor(list) {
    this.#list = list;
  }

  /** Whether the place is inside of one, which is then the current one. */
  holds(at) {
    this.#skip(at);
    return this.#next < this.#list.length && this.#list[this.#next][0] <= at;
  }

  get current() {
    return this.#list[this.#next];
  }

  /** Where it changes next whether a place is inside. */
  end(at) {
    this.#skip(at);
    const [from, to] = this.#list[this.#next] ?? [Infinity, Infinity];
    return from <= at ? to : from;
  }

  #skip(at) {
    while (this.#next < this.#list.length && this.#list[this.#next][1] <= at) this.#next++;
  }
}

/** It opens elsewhere, and what it opens learns nothing of this page. */
function linkTo(address) {
  const link = document.createElement('a');
  Object.assign(link, { href: address, target: '_blank', rel: 'noopener noreferrer', className: 'address',
      tabIndex: -1 });
  return link;
}

/** So many characters of a text around what the needle finds in it; null when it finds nothing. */
export function around(text, found, before, after) {
  found.lastIndex = 0;
  const match = found.exec(text);
  if (match === null) return null;
  const from = Math.max(0, match.index - before);
  const to = match.index + Math.min(match[0].length, after) + after;
  return { at: match.index, text: (from > 0 ? '…' : '') + cut(tail(text, from), to - from)
      + (to < text.length ? '…' : '') };
}

/** From there on, never from half of a pair. */
function tail(text, from) {
  const code = text.charCodeAt(from);
  return text.slice(code >= 0xdc00 && code <= 0xdfff ? from + 1 : from);
}

/** The same text as one that any terminal or editor shows safely. */
export function plain(text) {
  return strip(text).replace(UNSEEN_ALL, sign => sign === '\n' || sign === '\t' ? sign : name(sign));
}

function places(text, found, most) {
  const places = [];
  found.lastIndex = 0;
  for (let match = found.exec(text); match && places.length < most; match = found.exec(text)) {
    if (match[0] === '') found.lastIndex++; // an expression such as `a*` finds nothing everywhere
    else places.push([match.index, match.index + match[0].length]);
  }
  return places;
}

function visible(parent, text, signs) {
  let rest = text;
  for (let at = rest.search(UNSEEN); at >= 0; at = rest.search(UNSEEN)) {
    if (signs.left === 0) {
      rest = rest.replace(UNSEEN_ALL, sign => signs.full && LAYOUT.test(sign) ? sign : name(sign));
      break;
    }
    const sign = String.fromCodePoint(rest.codePointAt(at));
    if (at > 0) parent.append(rest.slice(0, at));
    if (signs.full && LAYOUT.test(sign)) {
      const run = /^[\n\t\r]+/.exec(rest.slice(at, at + 1000))[0];
      parent.append(run.replaceAll('\r', ''));
      rest = rest.slice(at + run.length);
      continue;
    }
    const shown = span(LAYOUT.test(sign) ? 'control layout' : 'control');
    shown.textContent = name(sign);
    shown.title = 'U+' + sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
    parent.append(shown);
    signs.left--;
    rest = rest.slice(at + sign.length);
  }
  if (rest !== '') parent.append(rest);
}

/**
 * Controls are written as terminals do, `^G`; their pictures (U+2400 and on) are in few fonts. The others are shown by
 * their number.
 */
function name(sign) {
  const code = sign.codePointAt(0);
  if (code === 0x0a) return '⏎';
  if (code === 0x09) return '⇥';
  if (code < 0x20 || code === 0x7f) return '^' + String.fromCodePoint(code ^ 0x40);
  return '⟨U+' + code.toString(16).toUpperCase().padStart(4, '0') + '⟩';
}

function span(classes) {
  const element = document.createElement('span');
  element.className = classes;
  return element;
}
