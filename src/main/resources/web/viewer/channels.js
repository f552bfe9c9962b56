// The field in which one says what to follow: channels and patterns, typed or picked from those that there are.
import { byId, element } from '../shared/dom.js';
import { everything, lines, patternsOf } from './patterns.js';

const SEGMENT = '(?:\\*|[A-Za-z0-9._~@-]{1,128})';
const CHANNEL = new RegExp(`^logs:${SEGMENT}:${SEGMENT}(?::${SEGMENT})?$`);
/** More are found by typing. */
const MAX_OFFERS = 200;

export class ChannelPicker {
  #box = byId('channels');
  #input = byId('channel');
  #list = byId('offers');
  #chips = byId('chosen');
  #error = byId('channel-error');
  #load;
  #token;
  #changed;
  #known = [];
  #active = -1;
  #chosen = [];

  /**
   * @param load gives a promise of the channels that there are
   * @param token gives the token, or null: it says what may be read
   * @param changed is told the channels that are chosen now
   */
  constructor(load, token, changed) {
    this.#load = load;
    this.#token = token;
    this.#changed = changed;
    this.#input.addEventListener('focus', () => this.open());
    this.#input.addEventListener('click', () => this.open());
    this.#input.addEventListener('input', () => {
      this.#active = -1;
      this.#fail('');
      this.open();
    });
    this.#input.addEventListener('keydown', event => this.#key(event));
    this.#box.addEventListener('focusout', event => { if (!this.#box.contains(event.relatedTarget)) this.#leave(); });
    this.#box.addEventListener('mousedown', event => {
      if (event.target === this.#box || event.target === this.#chips) {
        event.preventDefault();
        this.#input.focus();
      }
    });
    this.#list.addEventListener('mousedown', event => event.preventDefault()); // the field keeps the focus
  }

  /** Shows these as chosen. */
  choose(channels) {
    this.#chosen = [...channels];
    this.#chips.replaceChildren(...this.#chosen.map(name => element('li', { className: 'chip' },
      element('bdi', {}, name),
      element('button', { type: 'button', className: 'plain', title: 'Remove', 'aria-label': 'Remove ' + name,
      on: { click: () => this.#remove(name) } }, '×'))));
    this.#input.placeholder = this.#chosen.length === 0 ? 'logs:service:workspace:resource, with * for any' : '';
    this.#box.classList.toggle('filled', this.#chosen.length > 0);
    if (!this.#list.hidden) this.#offer();
  }

  /** Adds one. */
  add(name) {
    if (!this.#chosen.includes(name)) this.#set([...this.#chosen, name]);
  }

  focus() {
    this.#input.focus();
  }

  async open() {
    if (this.#list.hidden) {
      this.#list.hidden = false;
      this.#input.setAttribute('aria-expanded', 'true');
      this.#offer();
      this.#known = await this.#load();
    }
    if (!this.#list.hidden) this.#offer();
  }

  close() {
    this.#list.hidden = true;
    this.#active = -1;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }

  #set(channels) {
    this.choose(channels);
    this.#changed(channels);
  }

  #remove(name) {
    this.#set(this.#chosen.filter(other => other !== name));
    this.#input.focus();
  }

  #leave() {
    if (this.#input.value.trim() !== '') this.#take(this.#input.value);
    this.close();
  }

  /** Takes what was typed: one or several, with or without `logs:`. */
  #take(typed) {
    const names = typed.split(/[\s,]+/).filter(name => name !== '')
        .map(name => name.startsWith('logs:') ? name : 'logs:' + name);
    const wrong = names.find(name => !CHANNEL.test(name));
    if (wrong !== undefined) {
      this.close();
      this.#fail(
          `“${wrong}” is no channel: it is logs:service:workspace or logs:service:workspace:resource, `
          + 'and * stands for any one part');
      return;
    }
    this.#input.value = '';
    this.#fail('');
    const fresh = names.filter(name => !this.#chosen.includes(name));
    if (fresh.length > 0) this.#set([...this.#chosen, ...new Set(fresh)]);
  }

  #fail(why) {
    this.#error.textContent = why;
    this.#error.hidden = why === '';
    this.#input.setAttribute('aria-invalid', String(why !== ''));
  }

  #key(event) {
    const offers = this.#list.querySelectorAll('[role="option"]');
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault();
        if (this.#list.hidden) this.open();
        else if (offers.length > 0)
          this.#activate(offers, (this.#active + (event.key === 'ArrowDown' ? 1 : this.#active < 0 ? 0 : -1)
              + offers.length) % offers.length);
        break;
      case 'Enter':
        event.preventDefault();
        if (this.#active >= 0) offers[this.#active].click();
        else {
          if (this.#input.value.trim() !== '') this.#take(this.#input.value);
          this.close();
        }
        break;
      case 'Escape':
        if (!this.#list.hidden || this.#input.value !== '') event.stopPropagation();
        this.#input.value = '';
        this.#fail('');
        this.close();
        break;
      case 'Backspace':
        if (this.#input.value === '' && this.#chosen.length > 0) this.#remove(this.#chosen.at(-1));
        break;
      default:
        break;
    }
  }

  #activate(offers, index) {
    offers[this.#active]?.classList.remove('active');
    this.#active = index;
    offers[index].classList.add('active');
    offers[index].scrollIntoView({ block: 'nearest' });
    this.#input.setAttribute('aria-activedescendant', offers[index].id);
  }

  #offer() {
    const typed = this.#input.value.trim().toLowerCase();
    const all = everything(this.#known, this.#token());
    const offers = [...all.length === 0 ? []
        : [{ name: 'Everything that may be read', names: all, note: all.join(', ') }],
      ...patternsOf(this.#known),
      ...this.#known.map(({ channel, events }) => ({ name: channel, note: events === 0 ? 'no lines' : lines(events) }))]
      .filter(({ name }) => name.toLowerCase().includes(typed)).slice(0, MAX_OFFERS);
    const active = this.#list.children[this.#active]?.querySelector('bdi').textContent;
    this.#active = offers.findIndex(({ name }) => name === active); // another may stand in its place by now
    this.#list.replaceChildren(...offers.map((offer, i) => this.#option(offer, i)));
    if (this.#active < 0) this.#input.removeAttribute('aria-activedescendant');
    else this.#input.setAttribute('aria-activedescendant', 'offer-' + this.#active);
    if (offers.length === 0)
      this.#list.append(element('li', { className: 'none', role: 'presentation' }, typed === ''
          ? 'No channel has lines yet: type one' : 'No such channel yet: Enter follows what you typed'));
  }

  #option({ name, names = [name], note }, i) {
    const chosen = names.every(one => this.#chosen.includes(one));
    return element('li', { role: 'option', id: 'offer-' + i, className: i === this.#active ? 'active' : '',
      'aria-selected': String(chosen), on: { click: () => this.#pick(names, chosen) } },
    element('span', { className: 'tick', 'aria-hidden': 'true' }, chosen ? '✓' : ''), element('bdi', {}, name),
    element('span', { className: 'note' }, note));
  }

  /** One is picked: that is all that was wanted of the list. */
  #pick(names, chosen) {
    this.#input.value = '';
    this.close();
    this.#set(chosen ? this.#chosen.filter(one => !names.includes(one)) : [...new Set([...this.#chosen, ...names])]);
  }
}
