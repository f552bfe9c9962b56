// The list of saved filters at the field for the filter: offered while one types there, and changed behind the star.
import { byId, element } from '../shared/dom.js';
import { Saved } from './saved.js';

export class SavedMenu {
  #box = byId('search');
  #field = byId('filter');
  #star = byId('saved-open');
  #menu = byId('saved');
  #list = byId('saved-list');
  #form = byId('saved-form');
  #name = byId('saved-name');
  #error = byId('saved-error');
  #saved = new Saved(() => localStorage);
  #on;
  /** Whether it was opened to change it, and not only offered. */
  #whole = false;

  /** @param on { current() the filter of the page as the address has it, apply(query), share(query), said(text) } */
  constructor(on) {
    this.#on = on;
    this.#star.addEventListener('click', () => this.#whole ? this.close() : this.#open());
    for (const event of ['focus', 'click', 'input']) this.#field.addEventListener(event, () => this.#offer());
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      this.#save(this.#name.value.trim());
    });
    this.#menu.addEventListener('mousedown', event => { // the field keeps the focus
      if (event.target !== this.#name) event.preventDefault();
    });
    this.#box.addEventListener('focusout', event => { if (!this.#box.contains(event.relatedTarget)) this.close(); });
    this.#box.addEventListener('keydown', event => this.#key(event));
  }

  /** The filter of the page is another, or is saved by now. */
  show() {
    const query = this.#on.current();
    const name = query === '' ? null : this.#saved.nameOf(query);
    this.#star.classList.toggle('is-saved', name !== null);
    this.#star.textContent = name === null ? '☆' : '★';
    const title = name === null ? 'Saved filters' : `Saved filters: this one is “${name}”`;
    this.#star.title = title;
    this.#star.setAttribute('aria-label', title);
    if (this.#whole) this.#fill();
  }

  close() {
    this.#menu.hidden = true;
    this.#whole = false;
    this.#star.setAttribute('aria-expanded', 'false');
  }

  /** Shows all of them, and the field for a name. */
  #open() {
    this.#whole = true;
    this.#menu.hidden = false;
    this.#star.setAttribute('aria-expanded', 'true');
    this.#fail('');
    this.#fill();
    if (this.#form.hidden) this.#field.focus();
    else {
      this.#name.value = this.#saved.nameOf(this.#on.current()) ?? '';
      this.#name.focus();
      this.#name.select();
    }
  }

  /** Offers those whose name holds what is typed. */
  #offer() {
    if (this.#whole) return;
    const typed = this.#field.value.trim().toLowerCase();
    const found = this.#saved.list().filter(({ name, query }) => name.toLowerCase().includes(typed)
        && query !== this.#on.current());
    this.#menu.hidden = found.length === 0;
    this.#put(found, false);
    this.#form.hidden = true;
  }

  #fill() {
    const all = this.#saved.list();
    this.#put(all, true);
    const isFilter = this.#on.current() !== '';
    this.#form.hidden = !isFilter;
    if (all.length === 0)
      this.#list.append(element('li', { className: 'note' }, isFilter ? 'No filter is saved yet. Give this one a name:'
          : 'No filter is saved yet. Filter the lines, by text or by level, and save that here.'));
  }

  #put(all, changeable) {
    const button = (className, title, label, act, ...children) => element('button', { type: 'button', className, title,
      ...label === null ? {} : { 'aria-label': label }, on: { click: act } }, ...children);
    this.#list.replaceChildren(...all.map(({ name, query }) => element('li', {},
      button('plain saved-one', readable(query), null, () => this.#apply(query), element('bdi', {}, name),
          element('span', { className: 'note' }, readable(query))),
      ...changeable ? [
        button('plain small', 'Copy a link with this filter', `Copy a link with the filter ${name}`,
            () => this.#on.share(query), 'Link'),
        button('plain small', 'Delete', `Delete the filter ${name}`, () => this.#drop(name), '×')] : [])));
  }

  #apply(query) {
    this.close();
    this.#on.apply(query);
  }

  #drop(name) {
    this.#saved.drop(name);
    this.#on.said(`The filter “${name}” is deleted`);
    this.show();
    this.#field.focus();
  }

  #save(name) {
    const why = this.#saved.put(name, this.#on.current());
    this.#fail(why ?? '');
    if (why !== null) {
      this.#name.focus();
      return;
    }
    this.close();
    this.show();
    this.#on.said(`The filter is saved as “${name}”`);
    this.#star.focus();
  }

  #fail(why) {
    this.#error.textContent = why;
    this.#error.hidden = why === '';
  }

  #key(event) {
    if (this.#menu.hidden) return;
    const buttons = [...this.#list.querySelectorAll('.saved-one')];
    const at = buttons.findIndex(one => one.parentElement.contains(document.activeElement));
    if (event.key === 'Escape') {
      const isOfMenu = this.#whole || this.#menu.contains(document.activeElement);
      this.close();
      if (!isOfMenu) return;
      this.#field.focus();
      this.close();
      event.stopPropagation();
    } else if (event.key === 'ArrowDown' && at < buttons.length - 1) buttons[at + 1].focus();
    else if (event.key === 'ArrowUp' && at > 0) buttons[at - 1].focus();
    else if (event.key === 'ArrowUp' && at === 0) this.#field.focus();
    else return;
    event.preventDefault();
  }
}

/** A filter as people read it: `timeout, without health, only error`. */
export function readable(query) {
  const parts = [];
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'q') parts.push(value);
    else if (name === 'regex') parts.push('as an expression');
    else if (name === 'not') parts.push('without ' + value);
    else if (name === 'where') parts.push(value);
    else if (name === 'levels') parts.push(value === '' ? 'no level' : value.split(',').join(' or '));
  }
  return parts.join(', ');
}
