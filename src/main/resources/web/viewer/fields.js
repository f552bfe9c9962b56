// Offers actions for a member of an open line: a click on its name shows them, right behind the value.
import { element } from '../shared/dom.js';
import { valueAt } from '../shared/shape.js';

/**
 * @param lineOf gives the line of a row
 * @param actions { only(condition), column(path), copy(text) }
 */
export function offerFields(scroller, lineOf, actions) {
  scroller.addEventListener('click', event => {
    const key = event.target.closest('button.json-key');
    if (key === null) return;
    event.preventDefault(); // within a summary it would fold
    const wasOpen = key.getAttribute('aria-expanded') === 'true';
    for (const other of scroller.querySelectorAll('button.json-key[aria-expanded]'))
      other.removeAttribute('aria-expanded');
    for (const other of scroller.querySelectorAll('.field-actions')) other.remove();
    if (wasOpen) return;
    key.setAttribute('aria-expanded', 'true');
    key.parentElement.append(actionsFor(key, lineOf(key.closest('.row')), actions));
  });
}

function actionsFor(key, line, actions) {
  const { path } = key.dataset;
  const value = valueOf(key, line, path);
  const button = (name, act) => element('button', { type: 'button', on: { click: event => {
    event.preventDefault();
    act();
  } } }, name);
  return element('span', { className: 'field-actions' },
    ...value === null ? [] : [button('Only lines with this', () => actions.only(`${path}=${value}`))],
    button('Show as a column', () => actions.column(path)),
    ...value === null ? [] : [button('Copy value', () => actions.copy(value))]);
}

/** The text by which the gateway compares a scalar, a number as it was published; null for what is none. */
function valueOf(key, line, path) {
  const token = key.parentElement.querySelector(':scope > .json-number, :scope > .json-word');
  if (token !== null) return token.textContent;
  const value = valueAt(JSON.parse(line.text), path);
  return typeof value === 'string' ? value : null;
}
