// Text that others wrote, put on the page: only ever as text, with what is invisible or would reorder its surroundings
// made visible.
import { pieces, strip } from './ansi.js';

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
const UNSEEN =
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/u;
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
 * Appends the text to the element, with the colours that it asks for and what the needle finds marked.
 *
 * @param full whether line feeds and tabs are to do what they say; in a row they are shown as signs
 */
export function show(element, text, found = null, full = false) {
  const most = full ? FULL_ELEMENTS : ROW_ELEMENTS;
  const styled = pieces(text, most);
  const marks = found === null ? [] : places(styled.map(piece => piece.text).join(''), found, most);
  const signs = { full, left: most };
  let at = 0;
  let mark = 0;
  for (const piece of styled) {
    const parent = piece.classes === '' ? element : element.appendChild(span(piece.classes));
    if (piece.colour !== null) parent.style.setProperty('--ansi', piece.colour);
    const end = at + piece.text.length;
    let from = at;
    while (from < end) {
      while (mark < marks.length && marks[mark][1] <= from) mark++;
      const next = marks[mark];
      const inside = next !== undefined && next[0] <= from;
      const to = Math.min(end, inside ? next[1] : next?.[0] ?? end);
      visible(inside ? parent.appendChild(document.createElement('mark')) : parent,
          piece.text.slice(from - at, to - at), signs);
      from = to;
    }
    at = end;
  }
}

/** The same text as one that any terminal or editor shows safely. */
export function plain(text) {
  return strip(text).replace(UNSEEN_ALL, sign => sign === '\n' || sign === '\t' ? sign : name(sign));
}

function places(text, found, most) {
  const places = [];
  found.lastIndex = 0;
  for (let match = found.exec(text); match && places.length < most; match = found.exec(text))
    places.push([match.index, match.index + match[0].length]);
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
