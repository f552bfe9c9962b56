// The field for the text that lines must contain, and what can be done with it.
import { byId } from '../shared/dom.js';

/** With this many lines it waits until one stops typing, because filtering them takes long enough to notice. */
const MANY = 5000;
const PAUSE_MILLISECONDS = 150;

export class FilterField {
  #field = byId('filter');
  #clear = byId('filter-clear');
  #not = byId('filter-not');
  #regex = byId('filter-regex');
  #error = byId('filter-error');
  #on;
  #timer;

  /**
   * @param count tells how many lines there are
   * @param on { changed({ text, regex }), without(text), done() }: the last when one has typed it
   */
  constructor(count, on) {
    this.#on = on;
    this.#field.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#buttons();
      this.#timer = setTimeout(() => this.#tell(), count() > MANY ? PAUSE_MILLISECONDS : 0);
    });
    this.#field.addEventListener('keydown', event => {
      if (event.key !== 'Enter') return;
      if (event.altKey) this.#without();
      else on.done();
    });
    this.#regex.addEventListener('click', () => {
      this.#regex.setAttribute('aria-pressed', String(!this.#isRegex));
      this.#tell();
      this.#field.focus();
    });
    this.#not.addEventListener('click', () => this.#without());
    this.#clear.addEventListener('click', () => {
      this.#field.value = '';
      this.#tell();
      this.#field.focus();
    });
  }

  /** @param fault why the regular expression is none, or null */
  show({ text, regex }, fault) {
    clearTimeout(this.#timer);
    if (this.#field.value !== text) this.#field.value = text;
    if (text !== '' || regex) this.#regex.setAttribute('aria-pressed', String(regex));
    this.#error.hidden = fault === null;
    this.#error.textContent = fault === null ? '' : 'No regular expression: ' + fault;
    this.#field.setAttribute('aria-invalid', String(fault !== null));
    this.#buttons();
  }

  focus() {
    this.#field.focus();
    this.#field.select();
  }

  /** Whether one is in it, and it holds something. */
  isUsed() {
    return document.activeElement === this.#field && this.#field.value !== '';
  }

  get #isRegex() {
    return this.#regex.getAttribute('aria-pressed') === 'true';
  }

  #buttons() {
    this.#clear.hidden = this.#field.value === '';
    this.#not.hidden = this.#field.value === '' || this.#isRegex;
  }

  #tell() {
    this.#on.changed({ text: this.#field.value, regex: this.#isRegex });
  }

  #without() {
    if (this.#field.value !== '' && !this.#isRegex) this.#on.without(this.#field.value);
    this.#field.focus();
  }
}
