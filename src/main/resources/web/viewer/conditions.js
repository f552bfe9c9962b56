// The conditions that were added to the filter: each can be taken away again.
import { byId, element } from '../shared/dom.js';

const KINDS = { where: 'only', not: 'without' };

export class Conditions {
  #place = byId('conditions');
  #drop;

  /** @param drop is told the kind and the text of the one that is taken away */
  constructor(drop) {
    this.#drop = drop;
  }

  show({ where, not }) {
    const all = [...where.map(text => ['where', text]), ...not.map(text => ['not', text])];
    this.#place.hidden = all.length === 0;
    this.#place.replaceChildren(...all.map(([kind, text]) => element('li', { className: 'chip ' + kind },
      element('span', { className: 'kind' }, KINDS[kind]), element('bdi', {}, text),
      element('button', { type: 'button', className: 'plain', title: 'Remove',
      'aria-label': `Remove the condition ${KINDS[kind]} ${text}`,
        on: { click: () => this.#drop(kind, text) } }, '×'))));
  }
}
