// Filters that were given a name, kept in this browser. A filter is kept as the address of the page has it.

const KEY = 'logs-viewer-filters';
const MOST = 50;
/** In characters. */
export const LONGEST_NAME = 60;
const LONGEST = 8000;

export class Saved {
  #storage;
  /** The filters of this visit, where the browser keeps nothing. */
  #list = [];

  /** @param storage gives the `Storage` of this origin, or throws where there is none */
  constructor(storage) {
    this.#storage = storage;
  }

  /** Those that there are, by name: [{ name, query }]. Another tab may have changed them. */
  list() {
    try {
      this.#list = savedIn(this.#storage().getItem(KEY));
    } catch (refused) {
      // those of this visit
    }
    return this.#list;
  }

  /** Keeps a filter by this name, in place of one that has it; why not, or null when it is kept. */
  put(name, query) {
    const others = this.list().filter(one => one.name !== name);
    if (name === '') return 'A filter needs a name.';
    if (name.length > LONGEST_NAME) return `A name has at most ${LONGEST_NAME} characters.`;
    if (query === '') return 'There is no filter to save: all lines are shown.';
    if (query.length > LONGEST) return 'This filter is too long to be saved.';
    if (others.length >= MOST) return `There are ${MOST} saved filters: delete one first.`;
    this.#keep([...others, { name, query }]);
    return null;
  }

  drop(name) {
    this.#keep(this.list().filter(one => one.name !== name));
  }

  /** The name of this filter, or null when it is not saved. */
  nameOf(query) {
    return this.list().find(one => one.query === query)?.name ?? null;
  }

  #keep(list) {
    this.#list = sorted(list);
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#list));
    } catch (refused) {
      // then they are there for this visit
    }
  }
}

/** The saved filters in a text that was kept. It leaves out everything else. */
export function savedIn(text) {
  let kept = null;
  try {
    kept = JSON.parse(text);
  } catch (foreign) {
    // there are none
  }
  const isSaved = one => isText(one?.name, LONGEST_NAME) && isText(one?.query, LONGEST);
  const named = new Map((Array.isArray(kept) ? kept : []).filter(isSaved)
      .map(({ name, query }) => [name, { name, query }]));
  return sorted([...named.values()].slice(0, MOST));
}

function isText(value, most) {
  return typeof value === 'string' && value !== '' && value.length <= most;
}

function sorted(list) {
  return list.toSorted((one, other) => one.name.localeCompare(other.name));
}
