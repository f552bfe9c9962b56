// How the stream stands: in a word at the top, and in a sentence below it when there is something to be said.
import { byId } from '../shared/dom.js';

/** A cut that the second attempt mends is not worth a sentence. */
const WORTH_A_SENTENCE = 2;

export class Connection {
  #box = byId('connection');
  #word = byId('state');
  #rate = byId('rate');
  #notice = byId('notice');
  #sentence = byId('notice-text');
  #retry = byId('retry');
  #state = { name: 'stopped' };
  #announce;
  #hasLines;

  /**
   * @param announce says something to those who do not look
   * @param hasLines whether there are lines: without, there is room for more than a bar to say why
   */
  constructor(announce, hasLines, retry) {
    this.#announce = announce;
    this.#hasLines = hasLines;
    this.#retry.addEventListener('click', retry);
  }

  get state() {
    return this.#state;
  }

  /** @param state as client.js tells it */
  show(state) {
    const before = this.#state.name;
    this.#state = state;
    this.#box.className = 'connection is-' + state.name;
    this.#rate.textContent = '';
    this.tick(0);
    if (state.name === 'live') {
      this.#say(state.denied.length > 0 ? `Left out, because you may not read it: ${state.denied.join(', ')}` : '',
          'warning', false);
      this.#announce(before === 'connecting' || before === 'waiting' ? 'Connected' : '');
    } else if (state.name === 'ended') {
      this.#say(state.reason === 'unauthorized' || !this.#hasLines() ? '' : sentence(state.detail), 'failure', false);
      this.#announce('Disconnected: ' + state.detail);
    } else if (state.name === 'waiting') {
      this.#announce(state.attempt === 1 ? 'Connection lost: ' + state.detail : '');
    } else if (state.name === 'stopped' || state.name === 'past') {
      this.#say('', 'warning', false);
    }
  }

  /** Once a second: how long it will be, how much comes. */
  tick(rate) {
    const state = this.#state;
    if (state.name === 'waiting') {
      const seconds = Math.max(0, Math.ceil((state.until - Date.now()) / 1000));
      this.#word.textContent = seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting';
      if (state.attempt >= WORTH_A_SENTENCE || state.reason === 'refused' || state.reason === 'shutdown')
        this.#say(
            `${sentence(state.detail)} ${seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again'}: `
            + 'what is missed meanwhile will be fetched.', 'warning', true);
    } else {
      this.#word.textContent = state.reason === 'unauthorized' ? 'Token needed' : WORDS[state.name];
      if (state.name === 'live') this.#rate.textContent = rate > 0 ? rate.toLocaleString('en') + '/s' : '';
    }
  }

  #say(text, kind, again) {
    this.#notice.hidden = text === '';
    this.#notice.className = 'notice ' + kind;
    if (this.#sentence.textContent !== text) this.#sentence.textContent = text;
    this.#retry.hidden = !again;
  }
}

const WORDS = { connecting: 'Connecting', live: 'Live', ended: 'Disconnected', stopped: 'Not connected',
    hidden: 'Not connected', past: 'Past' };

/** Another's words, as a sentence. */
export function sentence(text) {
  return text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
