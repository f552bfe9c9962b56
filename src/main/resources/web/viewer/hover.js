// Offers actions for the line under the mouse, at its right end. All rows share one set of buttons.
import { element } from '../shared/dom.js';

/**
 * @param lineOf gives the line of a row
 * @param actions { copy(line), link(line), around(line) }, the last of use while a filter hides lines
 */
export function offerActions(scroller, lineOf, actions) {
  const button = (name, title, action, className = '') =>
      element('button', { type: 'button', title, tabIndex: -1, className,
      on: { click: () => action(lineOf(offered.closest('.row'))) } }, name);
  const offered = element('div', { className: 'actions', 'aria-hidden': 'true' },
      button('In context', 'Show among all lines (a)', actions.around, 'around'),
      button('Copy', 'Copy line (c)', actions.copy), button('Link', 'Copy link (l)', actions.link));
  scroller.addEventListener('mouseover', event => {
    const summary = event.target.closest('.row:not(.gap) > .summary');
    if (summary && offered.parentElement !== summary) summary.append(offered);
  });
  scroller.addEventListener('mouseleave', () => offered.remove());
}
