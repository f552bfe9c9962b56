// Tells a screen reader now and then how many new lines there were. It does not read out each line.
import { announce, number } from './feedback.js';

const EVERY_SECONDS = 10;

export class Teller {
  #seconds = 0;
  #lines = 0;
  #errors = 0;

  count(line) {
    this.#lines++;
    if (line.level === 'error' || line.level === 'fatal') this.#errors++;
  }

  /**
   * Once a second.
   *
   * @param quiet whether one would rather not be told: what came is then not on screen
   */
  tick(quiet) {
    if (++this.#seconds < EVERY_SECONDS || this.#lines === 0) return;
    const errors = this.#errors > 0 ? `, ${number(this.#errors)} of them errors` : '';
    if (!quiet) announce(`${number(this.#lines)} new ${this.#lines === 1 ? 'line' : 'lines'}${errors}`);
    this.#seconds = 0;
    this.#lines = 0;
    this.#errors = 0;
  }
}
