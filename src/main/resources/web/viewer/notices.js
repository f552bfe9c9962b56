// The notices above the lines: lines are lost, a link looked for a line, the page stopped keeping up.
import { byId } from '../shared/dom.js';
import { timeOf } from '../shared/time.js';

export class Notices {
  #gap = null;

  /** @param on { showGap(row), live() } */
  constructor(on) {
    byId('notice-line-close').addEventListener('click', () => this.lineLost(false));
    byId('notice-gap-close').addEventListener('click', () => this.gap(null));
    byId('notice-gap-show').addEventListener('click', () => {
      const row = this.#gap;
      this.gap(null);
      on.showGap(row);
    });
    byId('notice-past-live').addEventListener('click', on.live);
  }

  /** Nothing is to be said any more. */
  clear() {
    this.lineLost(false);
    this.gap(null);
    byId('notice-past').hidden = true;
  }

  lineLost(isLost) {
    byId('notice-line').hidden = !isLost;
  }

  /** The row of a gap that may be out of sight, or null. */
  gap(row) {
    this.#gap = row;
    byId('notice-gap').hidden = row === null;
    if (row !== null) byId('notice-gap-text').textContent = row.message;
  }

  /** The page follows no more. */
  past(why) {
    byId('notice-past').hidden = false;
    byId('notice-past-text').textContent = why;
  }

  live() {
    byId('notice-past').hidden = true;
  }

  /** Lines of the page end here, so that the one that is read can stay. */
  stopped(last, how) {
    const at = last === null ? '' : ' at ' + timeOf(last.timestamp, how === 'relative' ? 'local' : how);
    this.past(
        `This page is full and stopped keeping up${at}, so that what you read stays. `
        + 'Newer lines are loaded when you scroll to the end.');
  }
}
