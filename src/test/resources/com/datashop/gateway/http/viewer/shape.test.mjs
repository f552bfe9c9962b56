// What a page reads in an entry: its message, its own time, its members, and addresses in its text.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const web = process.env.WEB;
const { errorText, messageOf, ownTimeOf, timeIn, valueAt } = await import(web + 'shared/shape.js');
const { columnOf, fieldsOf, lineOf, traceOf } = await import(web + 'shared/line.js');
const { addressesIn } = await import(web + 'shared/links.js');
const { exact, timeOf } = await import(web + 'shared/time.js');
const { textOf } = await import(web + 'shared/save.js');
const { settingsIn } = await import(web + 'viewer/settings.js');
const { pieces } = await import(web + 'shared/ansi.js');

const line = (data, timestamp = Date.UTC(2026, 0, 2, 3, 4, 5, 678)) =>
  lineOf({ id: '1-1', channel: 'logs:a:b', timestamp, text: typeof data === 'string' ? data : JSON.stringify(data) });

test('each logger has its level and its message read', () => {
  const rows = [
    ['pino', { level: 50, time: 1767323045678, pid: 7, hostname: 'web-1', msg: 'm' }, 'error'],
    ['bunyan', { name: 'app', v: 0, level: 40, msg: 'm' }, 'warn'],
    ['zap', { level: 'dpanic', ts: 1767323045.678, caller: 'a.go:7', msg: 'm' }, 'fatal'],
    ['slog', { time: '2026-01-02T03:04:05Z', level: 'ERROR+4', msg: 'm' }, 'error'],
    ['winston', { level: 'warn', message: 'm' }, 'warn'],
    ['logback', { '@timestamp': '2026-01-02T03:04:05.678Z', message: 'm', level_value: 40000, thread_name: 'main' },
    'error'],
    ['ECS', { '@timestamp': '2026-01-02T03:04:05.678Z', 'log.level': 'error', message: 'm', 'ecs.version': '8' },
    'error'],
    ['ECS, nested', { log: { level: 'error' }, message: 'm' }, 'error'],
    ['OpenTelemetry', { severityNumber: 17, severityText: 'ERROR', body: 'm', attributes: {} }, 'error'],
    ['OpenTelemetry, its JSON', { severityNumber: 9, body: { stringValue: 'm' } }, 'info'],
    ['Google', { severity: 'CRITICAL', textPayload: 'm' }, 'fatal'],
    ['Google, structured', { severity: 'WARNING', jsonPayload: { message: 'm' } }, 'warn'],
    ['Serilog', { '@t': '2026-01-02T03:04:05Z', '@l': 'Warning', '@m': 'm', '@mt': '{X}' }, 'warn'],
    ['Serilog, a template', { '@mt': '{User} {@Cart} {Sum:0.00}', '@l': 'Error', User: 'ann', Cart: [1], Sum: 2 },
    'error', 'ann [1] 2'],
    ['Serilog, a file', { Level: 'Fatal', MessageTemplate: '{A}', Properties: { A: 'm' } }, 'fatal'],
    ['.NET', { EventId: 1, LogLevel: 'Critical', Category: 'c', Message: 'm', State: {} }, 'fatal'],
    ['Python', { asctime: '2026-01-02 03:04:05,678', levelname: 'WARNING', message: 'm' }, 'warn'],
    ['structlog', { event: 'm', level: 'info', timestamp: '2026-01-02T03:04:05Z' }, 'info'],
    ['GELF', { version: '1.1', host: 'h', short_message: 'm', level: 3 }, 'error'],
    ['journald', { MESSAGE: 'm', PRIORITY: '4', __REALTIME_TIMESTAMP: '1767323045678000' }, 'warn'],
    ['tracing', { level: 'INFO', fields: { message: 'm' } }, 'info'],
    ['OpenTelemetry, a structured body', { severityNumber: 13, body: { message: 'm', user: 7 } }, 'warn'],
    ['Log4j', { instant: { epochSecond: 1767323045, nanoOfSecond: 678e6 }, thread: 'main', level: 'ERROR',
      loggerName: 'a.B', message: 'm', endOfBatch: false, loggerFqcn: 'x', threadId: 1, threadPriority: 5 }, 'error'],
    ['zap, its own names', { level: 'panic', logger: 'x', caller: 'a.go:7', msg: 'm', stacktrace: 's' }, 'fatal'],
    ['winston, npm levels', { level: 'silly', message: 'm', timestamp: '2026-01-02T03:04:05Z' }, 'trace'],
    ['pino, a name', { level: 'fatal', msg: 'm' }, 'fatal'],
    ['bunyan, an error', { name: 'app', v: 0, level: 60, msg: 'm', err: { message: 'b', stack: 's' } }, 'fatal'],
    ['Google, by number', { severity: 500, jsonPayload: { msg: 'm' } }, 'error'],
    ['Python, by number', { levelno: 40, msg: 'm' }, 'error'],
    ['Quarkus', { level: 'WARN', message: 'm', loggerClassName: 'x', hostName: 'h', processId: 7 }, 'warn'],
    ['an error alone', { level: 'error', err: { type: 'TypeError', message: 'm' } }, 'error', 'TypeError: m'],
    ['no message', { level: 'info', rows: 3 }, 'info', ''],
    ['a text', 'm', 'none'],
    ['a list', [1], 'none', '[1]'],
    ['null', null, 'none', 'null'],
  ];
  for (const [name, data, level, message = 'm'] of rows) {
    const read = line(JSON.stringify(data));
    assert.deepEqual([read.level, read.message], [level, message], name);
  }
  assert.equal(messageOf({ message: { not: 'a text' }, msg: 'm' }).text, 'm');
  assert.equal(line('['.repeat(20_000) + ']'.repeat(20_000)).level, 'none');
});

test('the error comes first beside the message, and last what is the same in each line', () => {
  const read = line({ level: 50, time: 1767323045678, pid: 7, hostname: 'web-1', msg: 'failed', user: 'ann',
    err: { type: 'TypeError', message: 'x is undefined', stack: 's' } });
  assert.deepEqual(fieldsOf(read).map(([name]) => name), ['err', 'user', 'pid', 'hostname']);
  assert.equal(fieldsOf(read)[0][1], 'TypeError: x is undefined');
  assert.deepEqual(fieldsOf(read, ['user']).map(([name]) => name), ['err', 'pid', 'hostname']);
  assert.equal(columnOf(read, 'err.type'), 'TypeError');
  assert.equal(columnOf(read, 'none.there'), '');
  assert.equal(valueAt({ 'a.b': { c: 1 }, a: { b: 2 } }, 'a.b.c'), 1);
  assert.equal(valueAt({ a: 1 }, '__proto__.x'), undefined);
});

test('beside a message that a member holds stand the others of that member, and noise comes last', () => {
  const names = data => fieldsOf(line(data)).map(([name]) => name);
  assert.deepEqual(names({ severity: 'ERROR', insertId: 'x', logName: 'l', jsonPayload: { message: 'm', user: 7,
    error: 'e' } }), ['error', 'user', 'insertId', 'logName']);
  assert.deepEqual(names({ level: 'INFO', target: 't', fields: { message: 'm', rows: 3 } }), ['rows', 'target']);
  assert.deepEqual(names({ severityNumber: 9, body: { stringValue: 'm' }, traceId: 't', attributes: { a: 1 } }),
    ['attributes', 'traceId']);
  assert.deepEqual(names({ MESSAGE: 'm', _PID: '7', _HOSTNAME: 'h', UNIT: 'u' }), ['UNIT', '_PID', '_HOSTNAME']);
  assert.deepEqual(names({ thread: 'main', level: 'ERROR', loggerName: 'a.B', message: 'm', endOfBatch: false,
    thrown: { name: 'a.X', message: 'boom' }, contextMap: { user: 'ann' } }),
  ['thrown', 'contextMap', 'thread', 'loggerName', 'endOfBatch']);
  assert.equal(fieldsOf(line({ message: 'm', thrown: { name: 'a.X', message: 'boom' } }))[0][1], 'a.X: boom');
});

test('the stack trace of an error is found wherever loggers put it', () => {
  const stack = 'Error: boom\n    at work (work.js:7:5)';
  for (const data of [{ msg: 'm', err: { message: 'boom', stack } }, { msg: 'm', stack }, { msg: 'm', err: { stack } },
    { message: 'm', error: { message: 'boom', stack_trace: stack } }, { message: 'm', 'error.stack_trace': stack },
    { message: 'm', stack_trace: stack }, { '@m': 'm', '@x': stack }, { Message: 'm', Exception: stack },
    { message: 'm', exc_info: stack }, { body: 'm', attributes: { 'exception.stacktrace': stack } }])
    assert.equal(traceOf(line(data)), stack, JSON.stringify(data));
  for (const data of [{ short_message: 'm', full_message: stack }, { message: 'm', stackTrace: stack.split('\n') },
    { jsonPayload: { message: 'm', stack_trace: stack } }, { errorMessage: 'm', stack: stack.split('\n') }])
    assert.equal(traceOf(line(data)), stack, JSON.stringify(data));
  assert.equal(traceOf(line({ message: 'm', thrown: { message: 'b', extendedStackTrace: [
    { class: 'a.B', method: 'c', file: 'B.java', line: 7 }, { class: 'a.D', method: 'e' }] } })),
  '    at a.B.c(B.java:7)\n    at a.D.e(unknown)');
  for (const data of [{ msg: 'm' }, { msg: 'm', stack: 'web' }, { msg: 'm', stack: ['a'] },
    { msg: 'm', stack: [1, 2] }, { msg: 'm', err: 'boom' }, 'a\nb', 7, [stack]])
    assert.equal(traceOf(line(data)), null, JSON.stringify(data));
  assert.equal(errorText({ stack }), 'Error: boom');
});

test('a time of its own is read as the gateway reads times, and kept where it is another', () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  for (const value of [at, at / 1000, at * 1000, at * 1e6, String(at), '2026-01-02T03:04:05.678Z',
      '2026-01-02 03:04:05,678',
    '2026-01-02T04:04:05.678+01:00', '2026-01-02T04:04:05.678+0100',
    { epochSecond: at / 1000 - .678, nanoOfSecond: 678e6 }, { seconds: String(at / 1000 - .678), nanos: 678e6 }])
    assert.ok(Math.abs(timeIn(value) - at) <= 1, String(value));
  for (const value of [0, 12, 'yesterday', '2026-13-02T03:04:05Z', null, {}, { seconds: 'x' }, [],
    '1989-01-01T00:00:00Z', 1e300])
    assert.equal(timeIn(value), null, String(value));
  assert.equal(line({ time: at, msg: 'm' }, at + 400).own, null);
  assert.equal(line({ time: at, msg: 'm' }, at + 4000).own, at);
  assert.equal(ownTimeOf({ time: 'never', ts: at / 1000 }).member, 'ts');
});

test('times of a row, a detail and a copy agree', () => {
  process.env.TZ = 'Asia/Kolkata';
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  assert.equal(timeOf(at, 'local', at), '08:34:05.678');
  assert.equal(exact(at, 'local'), '2026-01-02T08:34:05.678+05:30');
  assert.equal(exact(at, 'relative'), '2026-01-02T08:34:05.678+05:30');
  assert.equal(exact(at, 'utc'), '2026-01-02T03:04:05.678Z');
  assert.ok(textOf(line({ msg: 'm' }), 'local').startsWith('2026-01-02T08:34:05.678+05:30 '));
  process.env.TZ = 'UTC';
  assert.equal(exact(8640000000000001), '8640000000000001');
});

test('addresses are plain ones, without what only stands around them', () => {
  const found = text => addressesIn(text, 9).map(([from, to]) => text.slice(from, to));
  assert.deepEqual(found('see https://a.example/x?y=1&z=2#f, or (http://b.example/w_(x)).'),
    ['https://a.example/x?y=1&z=2#f', 'http://b.example/w_(x)']);
  assert.deepEqual(found('"url":"https://a.example/x","n":1 <http://b.example> http://[::1]:3002/ HTTP://C.EXAMPLE'),
    ['https://a.example/x', 'http://b.example', 'http://[::1]:3002/', 'HTTP://C.EXAMPLE']);
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'xhttp://a.example',
      'https://bank.example@evil.example/',
    'http://', 'https://\u202eelpmaxe', 'file:///etc/passwd', 'http://a.example:99999/'])
    assert.deepEqual(found(text), [], text);
  assert.deepEqual(found('https://a.example/\u202ex'), ['https://a.example/']);
  assert.equal(addressesIn('http://a.example '.repeat(100), 9).length, 9);
});

test('colours with parts of their own are those of the older form', () => {
  const same = (one, other) => assert.deepEqual(pieces(`\u001b[${one}mx`, 9), pieces(`\u001b[${other}mx`, 9), one);
  for (const [one, other] of [['38:2::255:0:0', '38;2;255;0;0'], ['38:2:255:0:0', '38;2;255;0;0'],
      ['38:5:208', '38;5;208'],
    ['4:3', '4'], ['4:0', '24'], ['1;48:2::1:2:3;31', '1;48;2;1;2;3;31'], ['58:2::1:2:3;31', '31']]) same(one, other);
});

test('settings that are kept are read with distrust', () => {
  assert.deepEqual(settingsIn(null), { time: 'local', wrap: false, hidden: [], columns: [] });
  assert.deepEqual(settingsIn('{"time":"utc","wrap":true,"hidden":["level","x","counts"],"columns":["a.b",7,""]}'),
    { time: 'utc', wrap: true, hidden: ['level', 'counts'], columns: ['a.b'] });
  for (const text of ['', '[]', '{"time":{}}', '{"columns":{"length":9}}'])
    assert.equal(settingsIn(text).time, 'local');
});
