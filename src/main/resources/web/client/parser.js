// The wire format of an event stream.

/** In characters that wait for the end of their line: far above what a gateway takes as a body. */
const MAX_BUFFER = 64 << 20;

/** Reads an event stream in pieces, wherever it is cut (WHATWG HTML, 9.2.6). */
export class EventStreamParser {
  #onMessage;
  #onRetry;
  #rest = '';
  #begun = false;
  #event = '';
  #data = null;
  #id = '';

  /**
   * @param onMessage is given { event, data, id }, the id being the last that was set
   * @param onRetry is given milliseconds
   */
  constructor(onMessage, onRetry = () => {}) {
    this.#onMessage = onMessage;
    this.#onRetry = onRetry;
  }

  push(text) {
    if (!this.#begun && text !== '') {
      this.#begun = true;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    const all = this.#rest + text;
    if (all.length > MAX_BUFFER && !all.includes('\n', this.#rest.length))
      throw new RangeError('a line without an end');
    let from = 0;
    let cr = all.indexOf('\r');
    for (;;) {
      if (cr >= 0 && cr < from) cr = all.indexOf('\r', from);
      const lf = all.indexOf('\n', from);
      let end = lf;
      let next = lf + 1;
      if (cr >= 0 && (lf < 0 || cr < lf)) {
        if (cr === all.length - 1) break; // a LF may follow
        end = cr;
        next = lf === cr + 1 ? cr + 2 : cr + 1;
      }
      if (end < 0) break;
      this.#line(all.slice(from, end));
      from = next;
    }
    this.#rest = all.slice(from);
  }

  #line(line) {
    if (line === '') {
      if (this.#data !== null) this.#onMessage({ event: this.#event || 'message', data: this.#data, id: this.#id });
      this.#data = null;
      this.#event = '';
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'data': this.#data = this.#data === null ? value : this.#data + '\n' + value; break;
      case 'event': this.#event = value; break;
      case 'id': if (!value.includes('\0')) this.#id = value; break;
      case 'retry': if (/^[0-9]+$/.test(value)) this.#onRetry(Number(value)); break;
      default: break;
    }
  }
}
