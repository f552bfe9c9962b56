// The field in which one says where to begin.
import { STARTS } from './address.js';
import { byId, element } from '../shared/dom.js';

const RANGE = 'range';

export class StartField {
  #field = byId('start');

  /**
   * @param begin is told the start that is chosen
   * @param range is called when one wants a time range
   */
  constructor(begin, range) {
    this.#field.append(...STARTS.map(([value, name]) => element('option', { value }, name)),
        element('option', { value: RANGE }, 'time range …'));
    this.#field.addEventListener('change', () => this.#field.value === RANGE ? range() : begin(this.#field.value));
  }

  /** An address may name a start that is not offered. */
  show({ start, range }) {
    if (range === null && ![...this.#field.options].some(option => option.value === start))
      this.#field.append(element('option', { value: start },
          start.replace('tail=', 'last ').replace('since=', 'since ')));
    this.#field.value = range === null ? start : RANGE;
  }
}
