// How one likes to read. This browser keeps it from one visit to the next. It keeps no log text and no token.

const KEY = 'logs-viewer';
const FIRST = Object.freeze({ time: 'local', wrap: false, hidden: [], columns: [] });
/** Columns that may be hidden. */
export const COLUMNS = ['time', 'level', 'channel', 'fields'];
/** The counts over time may be hidden too. */
export const COUNTS = 'counts';
const MOST_COLUMNS = 8;

/** The settings in a text that was kept. A setting that is missing there, or has a bad value, has its default. */
export function settingsIn(text) {
  let kept = null;
  try {
    kept = JSON.parse(text);
  } catch (foreign) {
    // as at first
  }
  const list = (value, is) => Array.isArray(value) ? value.filter(is).slice(0, MOST_COLUMNS) : [];
  return {
    time: ['local', 'utc', 'relative'].includes(kept?.time) ? kept.time : FIRST.time,
    wrap: kept?.wrap === true,
    hidden: list(kept?.hidden, name => name === COUNTS || COLUMNS.includes(name)),
    columns: list(kept?.columns, path => typeof path === 'string' && path !== '' && path.length <= 200),
  };
}

/** Reads what this browser has kept. */
export function load() {
  try {
    return settingsIn(localStorage.getItem(KEY));
  } catch (refused) { // as a browser does that keeps nothing
    return settingsIn(null);
  }
}

export function keep({ time, wrap, hidden, columns }) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ time, wrap, hidden, columns }));
  } catch (refused) {
    // then it holds for this visit
  }
}
