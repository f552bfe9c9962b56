// A time range: lines between two times, whether or not anything still comes.
import { byId } from '../shared/dom.js';

export class Range {
  #bar = byId('range');
  #since = byId('range-since');
  #until = byId('range-until');
  #error = byId('range-error');
  #isUtc = false;

  /** @param look is told the range, in milliseconds since 1970; @param close is called when none is wanted any more */
  constructor(look, close) {
    this.#bar.addEventListener('submit', event => {
      event.preventDefault();
      const [since, until] = [this.#timeIn(this.#since), this.#timeIn(this.#until)];
      const wrong = since === null && until === null ? 'Say from when, or until when.'
        : since !== null && until !== null && since >= until ? 'The end must come after the beginning.' : '';
      this.#error.textContent = wrong;
      this.#error.hidden = wrong === '';
      if (wrong === '') look(since, until ?? Date.now());
    });
    byId('range-close').addEventListener('click', close);
  }

  /** Shows the fields, with this range in them; null for an hour until now. */
  open(range) {
    const now = Date.now();
    this.#fill(range ?? { since: now - 3_600_000, until: now });
    this.#bar.hidden = false;
    this.#since.focus();
  }

  /** The page shows this range, or none when it is null. */
  show(range) {
    this.#bar.hidden = range === null;
    this.#error.hidden = true;
    if (range !== null) this.#fill(range);
  }

  /** Its fields are in the zone of the rows. */
  zone(how) {
    const range = { since: this.#timeIn(this.#since), until: this.#timeIn(this.#until) };
    this.#isUtc = how === 'utc';
    byId('range-zone').textContent = this.#isUtc ? 'UTC' : 'local time';
    this.#fill(range);
  }

  #fill({ since, until }) {
    this.#since.value = this.#valueOf(since);
    this.#until.value = this.#valueOf(until);
  }

  #valueOf(time) {
    if (time === null) return '';
    const minutes = this.#isUtc ? 0 : new Date(time).getTimezoneOffset();
    return new Date(time - minutes * 60_000).toISOString().slice(0, 19);
  }

  #timeIn(field) {
    const time = field.value === '' ? NaN : new Date(field.value + (this.#isUtc ? 'Z' : '')).getTime();
    return Number.isNaN(time) ? null : time;
  }
}
