// The chips of the levels: how many lines there are of each, and which are shown.
import { byId, element } from '../shared/dom.js';
import { LEVELS } from '../shared/line.js';

/** Their chips are there once there are such lines. */
const RARE = ['fatal', 'trace', 'none'];

export class LevelChips {
  #chips = new Map();
  #chosen = new Set(LEVELS);

  /** @param changed is told the levels that are to be shown now */
  constructor(changed) {
    for (const level of LEVELS) {
      const chip = element('button', {
        type: 'button', id: 'level-' + level,
            className: `level-chip level-${level}${RARE.includes(level) ? ' rare' : ''}`,
        on: {
          click: event => changed(event.shiftKey || event.altKey ? this.#only(level) : this.#toggled(level)),
          dblclick: () => changed(this.#only(level)), // after two clicks, which undo each other
        },
      }, element('span', {}, level === 'none' ? 'other' : level), element('span', { className: 'count' }, '0'));
      this.#chips.set(level, chip);
      byId('levels').append(chip);
    }
  }

  /**
   * @param counts how many lines there are of each level
   * @param chosen the levels that are shown
   */
  show(counts, chosen) {
    this.#chosen = chosen;
    for (const [level, chip] of this.#chips) {
      const count = counts[level];
      const pressed = String(chosen.has(level));
      if (chip.dataset.count === String(count) && chip.getAttribute('aria-pressed') === pressed) continue;
      chip.dataset.count = count;
      chip.setAttribute('aria-pressed', pressed);
      chip.classList.toggle('zero', count === 0);
      chip.title =
          `${count.toLocaleString('en')} ${level === 'none' ? 'without a level' : level}. Double-click: only these`;
      chip.querySelector('.count').textContent = short(count);
    }
  }

  #toggled(level) {
    const levels = new Set(this.#chosen);
    if (!levels.delete(level)) levels.add(level);
    return levels;
  }

  /** Only this one; all again, when it is that already. */
  #only(level) {
    return new Set(this.#chosen.size === 1 && this.#chosen.has(level) ? LEVELS : [level]);
  }
}

function short(count) {
  return count < 1000 ? String(count) : count < 100_000 ? (Math.floor(count / 100) / 10).toFixed(1) + 'k'
      : Math.floor(count / 1000) + 'k';
}
