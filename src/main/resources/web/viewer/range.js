// A time range: lines between two times, whether or not anything still comes.
import { byId } from '../shared/dom.js';

export class Range {
  #bar = byId('range');
  #since = byId('range-since');
  #until = byId('range-until');
  #error = byId('range-error');

  /** @param look is told the range, in milliseconds since 1970; @param close is called when none is wanted any more */
  constructor(look, close) {
    this.#bar.addEventListener('submit', event => {
      event.preventDefault();
      const [since, until] = [timeIn(this.#since), timeIn(this.#until)];
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

  get isOpen() {
    return !this.#bar.hidden;
  }

  #fill({ since, until }) {
    this.#since.value = fieldOf(since);
    this.#until.value = fieldOf(until);
  }
}

/** The field is in local time, as are the times of the rows until one asks for others. */
function fieldOf(time) {
  if (time === null) return '';
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

function timeIn(field) {
  const time = field.value === '' ? NaN : new Date(field.value).getTime();
  return Number.isNaN(time) ? null : time;
}
