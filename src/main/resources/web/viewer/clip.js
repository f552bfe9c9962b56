// Copies parts of the page to the clipboard, and says so.
import { toast } from './feedback.js';
import { copy, textOf } from '../shared/save.js';

export class Clip {
  #state;

  constructor(state) {
    this.#state = state;
  }

  /** Copies a text, and says so. */
  async text(text, what) {
    toast(await copy(text) ? what + ' copied' : 'The browser does not let this page copy');
  }

  line(line) {
    return this.text(textOf(line, this.#state.view.time), 'Line');
  }

  json(line) {
    return this.text(line.text, 'JSON');
  }

  /** A link to the line. */
  link(line) {
    return this.address(this.#state.addressOf(line));
  }

  /** A link to an address of this page. */
  address(address) {
    return this.text(new URL(address, location.href).href, 'Link');
  }
}
