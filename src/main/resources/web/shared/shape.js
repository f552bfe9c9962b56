// Where loggers put the message, the time and the error of an entry. Each logger has its own names for them.

/** The members that may hold the message: the first that is a text counts. A dot leads into a member. */
const MESSAGES = [
  'message', 'msg', // pino, bunyan, zap, winston, logback, Python, ECS
  '@m', 'Message', 'RenderedMessage', 'renderedMessage', 'FormattedMessage', // Serilog, .NET
  'textPayload', 'jsonPayload.message', 'jsonPayload.msg', // Google
  'body', 'body.stringValue', 'body.message', 'body.msg', 'Body', // OpenTelemetry
  'short_message', 'text', 'event', 'log', 'MESSAGE', // GELF, structlog, Docker, journald
  'fields.message', // Rust's tracing
];
/** Texts with `{Name}` for the values of other members. */
const TEMPLATES = ['@mt', 'MessageTemplate', 'messageTemplate'];
/** Where the error of an entry stands, and so its text when it has no other message. */
const ERRORS = ['err', 'error', 'exception', 'Exception', '@x', 'exc_info', 'thrown', 'throwable', 'failure', 'errors',
  'errorMessage', 'error_message', 'error.message', 'error.type', 'errorType', 'stack', 'stack_trace', 'stackTrace',
  'stacktrace'];
/** The members whose own members are as good as those of the entry: beside its message each is shown. */
const HOLDERS = { jsonPayload: ['message', 'msg'], fields: ['message'], body: ['message', 'msg', 'stringValue'] };
/** Where the stack trace stands, in an entry or in its error. */
const STACKS = ['stack', 'stack_trace', 'stackTrace', 'stacktrace', 'StackTrace', 'error.stack_trace',
  'exception.stacktrace', 'attributes.exception.stacktrace', 'extendedStackTrace', 'full_message'];
/** The members that may hold the entry's own time. */
const OWN_TIMES = ['timestamp', '@timestamp', 'time', 'ts', '@t', 'Timestamp', 'timeUnixNano', 'time_unix_nano',
  'eventTime', 'datetime', 'asctime', 'instant', 'timeMillis', '__REALTIME_TIMESTAMP'];
/** Members that are the same in each line of a program, and so say least. */
const NOISE = new Set(('pid hostname host v version @version thread thread_name threadName threadId threadPriority '
  + 'process processName processId tid logger logger_name loggerName loggerClassName loggerFqcn name caller filename '
  + 'pathname lineno funcName module ecs ecs.version agent service service.name event.dataset log.logger log.origin '
  + 'process.pid process.thread.name host.name hostName resource scope Resource InstrumentationScope flags '
  + 'trace_flags trace_id span_id traceId spanId @tr @sp @i @r observedTimeUnixNano insertId logName receiveTimestamp '
  + 'EventId Category State Scopes instant timeMillis endOfBatch sequence contextStack ndc environment env')
  .split(' '));
/** The members that name the level (`levels.js`): the row has a column for it. */
const LEVEL_MEMBERS =
    new Set(('level severity severityNumber severity_number severityText severity_text log.level @l lvl '
  + 'loglevel log_level levelname levelno level_name level_value priority PRIORITY Level LogLevel').split(' '));

const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
/** In frames of a stack trace: no row shows more. */
const MOST_FRAMES = 200;
/** In milliseconds: an entry always takes some time to the gateway. */
const DIFFERENT = 1000;
const WRITTEN = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s?(Z|[+-]\d\d:?\d\d)?$/i;
const NUMBER = /^[0-9]{9,20}(?:\.[0-9]+)?$/;

export function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * The message that an entry's data holds: { text, member }. `member` is the name of the member that it was taken from,
 * or null. The text is empty when there is none.
 */
export function messageOf(data) {
  if (typeof data === 'string') return { text: data, member: null };
  if (!isObject(data)) return { text: '', member: null };
  for (const path of MESSAGES) {
    const value = valueAt(data, path);
    if (typeof value === 'string' && value !== '') return { text: value, member: path.split('.')[0] };
  }
  for (const name of TEMPLATES)
    if (typeof data[name] === 'string') return { text: filled(data[name], data), member: name };
  for (const name of ERRORS) {
    const text = isObject(data[name]) ? errorText(data[name]) : null;
    if (text !== null) return { text, member: name };
  }
  return { text: '', member: null };
}

/** The value at a dotted path: a member whose own name has the dots wins. Undefined when there is none. */
export function valueAt(data, path) {
  if (!isObject(data)) return undefined;
  if (Object.hasOwn(data, path)) return data[path];
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot);
    const found = Object.hasOwn(data, name) ? valueAt(data[name], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The entry's own time in milliseconds since 1970, and the member that has it: { at, member }; null without one. */
export function ownTimeOf(data) {
  if (!isObject(data)) return null;
  for (const member of OWN_TIMES) {
    const at = timeIn(data[member]);
    if (at !== null) return { at, member };
  }
  return null;
}

/** Whether an entry's own time is worth a word beside the gateway's. */
export function differs(own, timestamp) {
  return Math.abs(own - timestamp) >= DIFFERENT;
}

/** A time as the gateway reads it: RFC 3339, or a number whose size decides its unit; null for what is none. */
export function timeIn(value) {
  if (isObject(value)) return timeInParts(value);
  const number = typeof value === 'number' ? value : typeof value === 'string' && NUMBER.test(value)
      ? Number(value) : null;
  if (number !== null)
    return valid(number < 1e11 ? number * 1000 : number < 1e14 ? number : number < 1e17 ? number / 1e3 : number / 1e6);
  const written = typeof value === 'string' ? WRITTEN.exec(value) : null;
  if (written === null) return null;
  const [, day, time, zone = 'Z'] = written;
  const offset = /^[+-]\d{4}$/.test(zone) ? zone.slice(0, 3) + ':' + zone.slice(3) : zone.toUpperCase();
  return valid(Date.parse(`${day}T${time.replace(',', '.')}${offset}`));
}

/** As Log4j writes an `instant`, and Google's agents a `timestamp`. */
function timeInParts({ epochSecond, seconds, nanoOfSecond, nanos }) {
  const whole = Number(epochSecond ?? seconds ?? NaN);
  return valid(whole * 1000 + Number(nanoOfSecond ?? nanos ?? 0) / 1e6);
}

function valid(time) {
  return time >= EARLIEST && time < LATEST ? Math.floor(time) : null;
}

/**
 * The members to show beside the message, as [name, value] pairs: the error first, and last what each line of a
 * program has in common.
 *
 * @param said the members that are shown elsewhere
 * @param holder the member that holds the message, or null
 */
export function membersOf(data, said, holder = null) {
  if (!isObject(data)) return [];
  const entries = Object.entries(data).filter(([name, value]) => !said.has(name) && !isLevel(name, value));
  const inner = Object.hasOwn(HOLDERS, holder) && isObject(data[holder])
    ? Object.entries(data[holder]).filter(([name]) => !HOLDERS[holder].includes(name)) : [];
  const all = [...inner, ...entries];
  return [...all.filter(([name]) => ERRORS.includes(name)),
    ...all.filter(([name]) => !ERRORS.includes(name) && !isNoise(name)), ...all.filter(([name]) => isNoise(name))];
}

/** The text of an error that is an object, as `TypeError: x is not a function`; null when it is none. */
export function errorText(value) {
  if (!isObject(value)) return null;
  const said = value.message ?? value.msg ?? value.Message;
  const kind = value.type ?? value.name ?? value.class ?? value.Type ?? value.exceptionType;
  if (typeof said !== 'string') return stackIn(value)?.split('\n', 1)[0] ?? null;
  return typeof kind === 'string' && kind !== '' && !said.startsWith(kind) ? `${kind}: ${said}` : said;
}

/** The stack trace of an entry's error, with its line feeds; null when there is none. */
export function stackOf(data) {
  if (!isObject(data)) return null;
  const holders = [data, ...[...ERRORS, ...Object.keys(HOLDERS)].map(name => data[name])];
  return holders.map(stackIn).find(text => text !== null)
    ?? ERRORS.map(name => linesIn(data[name])).find(text => text !== null) ?? null;
}

function stackIn(value) {
  return isObject(value) ? STACKS.map(name => linesIn(valueAt(value, name))).find(text => text !== null) ?? null : null;
}

/** A text of several lines, which may be a list of them, or of the frames that Log4j writes; null for what is none. */
function linesIn(value) {
  if (typeof value === 'string') return value.trim().includes('\n') ? value : null;
  if (!Array.isArray(value) || value.length < 2) return null;
  const lines = value.slice(0, MOST_FRAMES).map(one => typeof one === 'string' ? one : frameOf(one));
  return lines.includes(null) ? null : lines.join('\n');
}

function frameOf(frame) {
  if (typeof frame?.class !== 'string' || typeof frame.method !== 'string') return null;
  return `    at ${frame.class}.${frame.method}(${frame.file ?? 'unknown'}${frame.line > 0 ? ':' + frame.line : ''})`;
}

/** Whether the member is the same in each line of a program. An underscore begins the names of journald. */
function isNoise(name) {
  return NOISE.has(name) || name.startsWith('_');
}

function isLevel(name, value) {
  return LEVEL_MEMBERS.has(name) && (typeof value === 'string' || typeof value === 'number');
}

/** A template of Serilog or .NET with its values: `{Name}`, `{@Name}`, `{Name,5}` and `{Name:000}` stand for `Name`. */
function filled(template, data) {
  return template.replace(/\{\{|\}\}|\{[@$]?([A-Za-z0-9_.]+)(?:,-?\d+)?(?::[^{}]*)?\}/g, (all, name) => {
    if (name === undefined) return all[0];
    const value = valueAt(data, name) ?? valueAt(data.Properties, name);
    return value === undefined ? all : typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}
