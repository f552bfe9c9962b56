// The field for the text that lines must contain.
import { byId } from '../shared/dom.js';

/** With so many lines it waits until one has typed on: filtering them is felt. */
const MANY = 5000;
const PAUSE_MILLISECONDS = 150;

export class FilterField {
  #field = byId('filter');
  #timer;

  /**
   * @param count tells how many lines there are
   * @param changed is told the text
   * @param done is called when one has typed it
   */
  constructor(count, changed, done) {
    this.#field.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => changed(this.#field.value), count() > MANY ? PAUSE_MILLISECONDS : 0);
    });
    this.#field.addEventListener('keydown', event => { if (event.key === 'Enter') done(); });
  }

  show(text) {
    clearTimeout(this.#timer);
    if (this.#field.value !== text) this.#field.value = text;
  }

  focus() {
    this.#field.focus();
    this.#field.select();
  }

  /** Whether one is in it, and it holds something. */
  isUsed() {
    return document.activeElement === this.#field && this.#field.value !== '';
  }
}
