// The token that the gateway asks for. It stays in this page's memory: no storage, no cookie and no address ever holds
// it.
import { byId } from '../shared/dom.js';

export class Access {
  #token = null;
  #form = byId('access');
  #field = byId('token');
  #why = byId('access-why');
  #title = byId('access-title');
  #button = byId('access-open');
  #given;

  /** @param given is called when there is another token */
  constructor(given) {
    this.#given = given;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      const token = this.#field.value.trim().replace(/^Bearer\s+/i, '');
      if (token === '') {
        this.#field.focus();
        return;
      }
      this.#token = token;
      this.#field.value = '';
      this.hide();
      this.#button.hidden = false;
      this.#given();
    });
    byId('access-forget').addEventListener('click', () => {
      this.#token = null;
      this.#field.value = '';
      this.hide();
      this.#given();
    });
    this.#button.addEventListener('click', () => this.#form.hidden
        ? this.ask('Another token', 'It takes the place of the one that this page holds.') : this.hide());
  }

  /** The token, or null. */
  get token() {
    return this.#token;
  }

  ask(title, why) {
    this.#title.textContent = title;
    this.#why.textContent = why;
    byId('access-forget').hidden = this.#token === null;
    this.#button.hidden = false;
    if (!this.#form.hidden) return;
    this.#form.hidden = false;
    this.#field.focus();
  }

  hide() {
    this.#form.hidden = true;
  }
}
