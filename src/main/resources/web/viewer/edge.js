// The row before the first line: it says whether there are older lines, and how to get at them.
import { byId } from '../shared/dom.js';
import { timeOf } from '../shared/time.js';
import { number } from './feedback.js';

export class Edge {
  #place = byId('edge');
  #text = byId('edge-text');
  #button = byId('edge-load');
  #load;
  #stop;
  #busy = false;

  /** @param load is to load older lines, or to look for some; @param stop ends that */
  constructor(load, stop) {
    this.#load = load;
    this.#stop = stop;
    this.#button.addEventListener('click', () => this.#busy ? this.#stop() : this.#load());
  }

  /**
   * @param older how the start of the lines stands, as of `Feed`
   * @param isSearch whether only some lines are wanted
   * @param how times are told
   */
  show(older, { isSearch, isRange, how, hidden }) {
    this.#place.hidden = hidden;
    this.#busy = older.busy;
    const back = older.progress?.back ?? older.back;
    const at = back === null ? '' : ' back to ' + timeOf(back, how === 'relative' ? 'local' : how);
    if (older.busy)
      this.#tell(isSearch ? `Searching history${at}` + (older.progress ? `, ${number(older.progress.count)} found` : '')
      : 'Loading older lines', isSearch ? 'Stop' : null);
    else if (older.fault !== null) this.#tell('Older lines can not be loaded: ' + older.fault, 'Try again');
    else if (!older.more)
      this.#tell(isRange ? 'The time range begins here' : isSearch ? 'All of history was searched'
          : 'History begins here', null);
    else if (isSearch)
      this.#tell(older.back === null ? '' : 'Searched' + at, older.back === null ? 'Search older lines' : 'Search on');
    else this.#tell('', 'Load older lines');
  }

  #tell(text, action) {
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#button.hidden = action === null;
    if (action !== null && this.#button.textContent !== action) this.#button.textContent = action;
  }
}
