// The token that all members of a hub have.

/** In milliseconds: a page that does not say whether its token is still the same is not waited for any longer. */
const PATIENCE = 10_000;

/** The token is the one that all of them had. Before it is used once more, each is asked whether it still has it. */
export class SameToken {
  #token;
  #members;
  #isUsed = false;
  #answered = null;

  /** @param members gives those who have it */
  constructor(token, members) {
    this.#token = token;
    this.#members = members;
  }

  /** A stream has been opened with it. */
  used() {
    this.#isUsed = true;
  }

  /** A member says that it still has it. */
  answered() {
    this.#answered?.();
  }

  /** The token; a promise of it when they have to be asked. */
  take() {
    if (this.#token === undefined || !this.#isUsed) {
      this.#isUsed = true;
      return this.#token;
    }
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        this.#answered = null;
        resolve(this.#token);
      };
      const timer = setTimeout(done, PATIENCE);
      this.#answered = done;
      for (const member of this.#members()) member.say({ type: 'token' });
    });
  }
}
