// Short words to those who look, and to those who do not.
import { byId } from '../shared/dom.js';

const TOAST_MILLISECONDS = 2500;

let timer;

/** For screen readers, when they have said what they are saying. */
export function announce(text) {
  if (text !== '') byId('status').textContent = text;
}

/** For everybody, and soon gone. */
export function toast(text) {
  byId('toast').textContent = text;
  byId('toast').hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => byId('toast').hidden = true, TOAST_MILLISECONDS);
  announce(text);
}

/** Writes only what has changed. */
export function put(id, text) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}

export function number(count) {
  return count.toLocaleString('en');
}
