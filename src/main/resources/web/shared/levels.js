// Which level a log entry has: the table by which the gateway filters (`level=`), for pages and other clients.
// A test compares the two.

/** From the gravest to the lightest. */
export const LEVELS = Object.freeze(['fatal', 'error', 'warn', 'info', 'debug', 'trace']);

const NAMES = new Map(Object.entries({
  trace: 'trace trc verbose vrb silly finest finer t', debug: 'debug dbg fine http d',
  info: 'info inf information informational notice success log i', warn: 'warn warning wrn w',
  error: 'error err fail failure severe e', fatal: 'fatal ftl critical crit alert emergency emerg panic dpanic f',
}).flatMap(([level, names]) => names.split(' ').map(name => [name, level])));

/** Which numbers mean which level, as [first, last, level]. Loggers do not agree, so the name of the member decides. */
const COMMON = [
  // syslog
  [0, 2, 'fatal'], [3, 3, 'error'], [4, 4, 'warn'], [5, 6, 'info'], [7, 7, 'debug'],
  // pino and bunyan
  [10, 19, 'trace'], [20, 29, 'debug'], [30, 39, 'info'], [40, 49, 'warn'], [50, 59, 'error'], [60, 69, 'fatal'],
];
const GOOGLE = [
  ...COMMON,
  [100, 100, 'debug'], [200, 200, 'info'], [300, 300, 'info'], [400, 400, 'warn'], [500, 500, 'error'],
  [600, 800, 'fatal'],
];
const PYTHON = [[10, 19, 'debug'], [20, 29, 'info'], [30, 39, 'warn'], [40, 49, 'error'], [50, Infinity, 'fatal']];
const LOGBACK = [
  [5000, 5000, 'trace'], [10000, 10000, 'debug'], [20000, 20000, 'info'], [30000, 30000, 'warn'],
  [40000, 40000, 'error'],
];
const OPENTELEMETRY = [
  [1, 4, 'trace'], [5, 8, 'debug'], [9, 12, 'info'], [13, 16, 'warn'], [17, 20, 'error'], [21, 24, 'fatal'],
];

const SCALES = {
  severity: GOOGLE, severityNumber: OPENTELEMETRY, severity_number: OPENTELEMETRY, levelno: PYTHON,
  level_value: LOGBACK,
};
/** The members that may name the level: the first that can be read as one counts. `log` is for `level` in it. */
const MEMBERS = ('level severity severityNumber severity_number severityText severity_text log.level log '
  + '@l lvl loglevel log_level levelname levelno level_name level_value priority PRIORITY Level LogLevel').split(' ');

/** In characters: no name with its colours is longer, and a longer text is not looked at. */
const LONGEST_TEXT = 256;
/** Sequences of terminals: `ESC [ ... m` and its like, and `ESC ( B` of `tput sgr0`. */
const ANSI = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]+[0-~]/g;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?$/;
/** Go's log/slog writes levels between the named ones as `ERROR+4` or `INFO-2`. */
const OFFSET = /^([a-z]+)[+-][0-9]+$/;

/**
 * The level that a log entry names, one of `LEVELS`, or null when it names none.
 *
 * @param data what the JSON of the entry's data parses to
 */
export function levelOf(data) {
  if (!isObject(data)) return null;
  for (const name of MEMBERS) {
    const value = name === 'log' ? isObject(data.log) ? data.log.level : undefined : data[name];
    if (value === undefined) continue;
    const level = read(value, SCALES[name] ?? COMMON);
    if (level !== null) return level;
  }
  return null;
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function read(value, scale) {
  if (typeof value === 'number') return ofNumber(value, scale);
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) return null;
  const name = value.replace(ANSI, '').replace(/^[\0- ]+|[\0- ]+$/g, '').toLowerCase();
  if (NAMES.has(name)) return NAMES.get(name);
  if (NUMBER.test(name)) return ofNumber(Number(name), scale);
  return NAMES.get(OFFSET.exec(name)?.[1]) ?? null;
}

function ofNumber(number, scale) {
  if (!Number.isInteger(number)) return null;
  return scale.find(([first, last]) => number >= first && number <= last)?.[2] ?? null;
}
