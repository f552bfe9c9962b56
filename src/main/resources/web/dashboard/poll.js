// Asks the gateway for its statistics every two seconds while somebody looks, and says how that went.
//
//   ASKING ──200──▶ shown(document)     401 ──▶ locked(why), until a token is given
//                                       403 ──▶ off(why), asked again now and then
//                                       no answer, or any other ──▶ away(why), asked again

const STATS = 'admin/logs/stats?summary=true';
const PERIOD = 2_000;
/** After the first answer: rates need two. */
const SOON = 700;
const PATIENCE = 8_000;
const SELDOM = 15_000;

export class Poll {
  #listener;
  #token = null;
  #timer = null;
  #running = null;
  #answers = 0;

  /** The listener has a method for each state: shown, locked, off, away, paused. */
  constructor(listener) {
    this.#listener = listener;
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#pause();
      else this.now();
    });
  }

  get hasToken() {
    return this.#token != null;
  }

  /** The token is kept here and nowhere else, and leaves only as a header of the requests to this gateway. */
  unlock(token) {
    this.#token = token;
    this.now();
  }

  /** Asks now, and from then on. */
  now() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    if (!document.hidden) this.#ask();
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
    this.#listener.paused();
  }

  async #ask() {
    const mine = this.#running = new AbortController();
    const began = performance.now();
    const ending = setTimeout(() => mine.abort(), PATIENCE);
    let next = PERIOD;
    try {
      const reply = await fetch(STATS,
          { headers: this.#headers(), cache: 'no-store', credentials: 'omit', signal: mine.signal });
      const body = await reply.text();
      if (this.#running !== mine) return;
      next = this.#answered(reply.status, body);
    } catch (failed) {
      if (this.#running !== mine) return;
      this.#listener.away(mine.signal.aborted ? 'it has not answered for ' + PATIENCE / 1000 + ' seconds'
          : 'it can not be reached');
    } finally {
      clearTimeout(ending);
    }
    if (next != null) this.#timer = setTimeout(() => this.#ask(), Math.max(0, next - (performance.now() - began)));
  }

  /** Tells the listener, and returns when to ask again: null for not before a token is given. */
  #answered(status, body) {
    const answer = parsed(body);
    if (status === 200 && answer?.stats) {
      this.#listener.shown(answer);
      return ++this.#answers === 1 ? SOON : PERIOD;
    }
    const detail = typeof answer?.detail === 'string' ? answer.detail : '';
    if (status === 401) {
      const wrong = this.#token != null;
      this.#token = null;
      this.#listener.locked(wrong, detail);
      return null;
    }
    if (status === 403) {
      this.#listener.off(detail);
      return SELDOM;
    }
    this.#listener.away('something answers in its place: HTTP ' + status + (detail ? ', ' + detail : ''));
    return PERIOD;
  }

  #headers() {
    // A header is bytes: what is not ASCII in the token goes as its UTF-8.
    return this.#token == null ? {}
        : { Authorization: 'Bearer ' + String.fromCharCode(...new TextEncoder().encode(this.#token)) };
  }
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
