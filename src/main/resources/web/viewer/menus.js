// Opens and closes the menus, the options that a narrow page hides, and the help.
import { byId, element } from '../shared/dom.js';
import { KEYS } from './keys.js';

const help = byId('help');
const more = byId('more-toggle');

more.addEventListener('click', () => {
  const open = more.getAttribute('aria-expanded') !== 'true';
  more.setAttribute('aria-expanded', String(open));
  byId('more').classList.toggle('open', open);
  document.body.classList.toggle('options', open);
});

document.addEventListener('click', event => {
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!menu.contains(event.target) || event.target.closest('button')) menu.open = false;
});

byId('keys')
    .append(...KEYS.flatMap(([keys, what]) =>
    [element('dt', {}, ...keys.flatMap(key => [element('kbd', {}, key), ' '])), element('dd', {}, what)]));
byId('help-open').addEventListener('click', showHelp);
byId('help-close').addEventListener('click', () => help.close());
help.addEventListener('click', event => { if (event.target === help) help.close(); });

export function showHelp() {
  help.showModal();
}

/** Whether there was one to close. */
export function closeMenu() {
  const menu = document.querySelector('details.menu[open]');
  if (menu === null) return false;
  menu.open = false;
  menu.querySelector('summary').focus();
  return true;
}
