// Pages of the past, gaps, the filter and the address: what a page makes of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const web = process.env.WEB;
const { pageOf } = await import(web + 'viewer/page.js');
const { Past, nextOf } = await import(web + 'viewer/past.js');
const { Wanted } = await import(web + 'viewer/wanted.js');
const { read, write } = await import(web + 'viewer/address.js');
const { everything, patternsOf } = await import(web + 'viewer/patterns.js');
const { Outages, canLoad, dropOf, gapOf } = await import(web + 'shared/gap.js');
const { compareIds } = await import(web + 'client/ids.js');
const { lineOf } = await import(web + 'shared/line.js');

const envelope = (id, data, timestamp = 1) =>
    `{"channel":"logs:a:b","id":"${id}","timestamp":${timestamp},"data":${data}}`;
const pageText = (envelopes, { gaps = [], from = '0-0', to = '9-9', more = false } = {}) =>
  `{"events":[${envelopes.join(',')}],"gaps":${JSON.stringify(gaps)},"from":"${from}","to":"${to}","more":${more}}`;

test('a page is read token for token, whatever its events are made of', () => {
  const data = ['1.00', '"}],\\"gaps\\":[{"', '{"a":{"b":[{"c":"{\\\\"}]}}', '[[],{}]',
      '{"channel":"x","id":"1-1"}', 'null'];
  const page = pageOf(pageText(data.map((one, i) => envelope('1-' + i, one)),
      { gaps: [{ reason: 'evicted', lost: 2, from: '0-1', to: '0-2' }], more: true }));
  assert.deepEqual(page.events.map(event => event.text), data);
  assert.deepEqual([page.gaps.length, page.from, page.to, page.more], [1, '0-0', '9-9', true]);
  assert.deepEqual(pageOf(pageText([])).events, []);
  for (const text of ['', '<html>', '{"events":[{"channel":"', pageText([envelope('1-1', '"x')])])
    assert.throws(() => pageOf(text));
});

/** A gateway that has so many events, and gives so many at a time. */
function gateway(count, most, extra = {}) {
  const asked = [];
  const events = Array.from({ length: count }, (_, i) => lineData(i + 1));
  const ask = async parameters => {
    const given = Object.fromEntries(parameters);
    asked.push(given);
    const limit = Math.min(Number(given.limit), most);
    const found = events.filter(event => (given.after === undefined || compareIds(event.id, given.after) > 0)
      && (given.before === undefined || compareIds(event.id, given.before) < 0)
      && (given.q === undefined || event.text.includes(given.q)));
    const forward = given.after !== undefined || given.since !== undefined;
    const page = forward ? found.slice(0, limit) : found.slice(-limit);
    return { events: page, gaps: [], from: page[0]?.id ?? given.before ?? '0-0',
        to: page.at(-1)?.id ?? given.after ?? '0-0',
      more: found.length > page.length, ...extra };
  };
  return { past: new Past(ask), asked };
}

const lineData = i => ({ id: '1-' + i, channel: 'logs:a:b', timestamp: 1000 + i, text: `{"msg":"line ${i}"}` });
const whole = { channels: ['logs:a:b'], parameters: [], keep: null, since: null, until: null };
const never = new AbortController().signal;

test('older lines come page by page, and a search goes on until it has enough', async () => {
  const { past, asked } = gateway(5000, 1000);
  const first = await past.older({ ...whole, at: '1-4001' }, never);
  assert.deepEqual([first.lines.length, first.lines[0].id, first.at, first.more], [1000, '1-3001', '1-3001', true]);
  assert.equal(asked.length, 1);
  const told = [];
  const search = await past.older({ ...whole, at: '1-5001', keep: line => line.message.endsWith('7') }, never,
      (...all) => told.push(all));
  assert.equal(search.lines.length, 200);
  assert.deepEqual(told, [[100, 5001], [200, 4001]]);
  assert.deepEqual(search.lines.map(line => line.id), [...search.lines.map(line => line.id)].sort(compareIds));
  const all = await past.older({ ...whole, at: null, keep: line => line.id === '1-1' }, never);
  assert.deepEqual([all.lines.map(line => line.id), all.more], [['1-1'], false]);
  const range = await past.older({ ...whole, at: null, since: 1000 + 4500 }, never);
  assert.deepEqual([range.lines.length, range.lines[0].id, range.more], [501, '1-4500', false]);
});

test('a window around a line has lines on both sides and the line once', async () => {
  const { past } = gateway(20_000, 10_000);
  const window = await past.around(['logs:a:b'], '1-100', never);
  assert.deepEqual([window.lines.length, window.lines[0].id, window.lines.at(-1).id, window.line.id],
    [600, '1-1', '1-600', '1-100']);
  assert.deepEqual([window.older.more, window.newer], [false, { at: '1-600', more: true }]);
  assert.equal((await past.around(['logs:a:b'], '1-30000', never)).line, null);
  assert.equal(nextOf('7-18446744073709551615'), '8-0');
  assert.equal(nextOf('18446744073709551614-9007199254740993'), '18446744073709551614-9007199254740994');
});

test('newer lines end where the range does', async () => {
  const { past, asked } = gateway(2500, 1000);
  const first = await past.newer({ ...whole, at: null, since: 1000, until: 9000 }, never);
  assert.deepEqual([first.lines.length, first.at, first.more], [1000, '1-1000', true]);
  assert.deepEqual([asked[0].since, asked[0].until], [1000, 9000]);
  const last = await past.newer({ ...whole, at: '1-2000' }, never);
  assert.deepEqual([last.lines.length, last.gaps, last.more], [500, [], false]);
  const gap = { reason: 'evicted', lost: 7, from: '1-1', to: '1-9' };
  const torn = gateway(50, 1000, { gaps: [gap, { ...gap, reason: 'unknown-id' }] });
  assert.deepEqual((await torn.past.newer({ ...whole, at: '1-1' }, never)).gaps.length, 2);
  assert.deepEqual((await torn.past.around(['logs:a:b'], '1-1', never)).gaps, [gap], 'what it names may be of before');
});

test('one outage is one row with all that is lost', () => {
  const outages = new Outages(compareIds);
  const gap = (from, to, lost, reason = 'evicted') => gapOf({ reason, lost, from, to }, 0);
  assert.equal(outages.widened(gap('1-0', '1-9', 3), 0), null);
  for (let i = 0; i < 54; i++) {
    outages.line();
    outages.widened(gap('1-0', '1-' + (9 + i), 3), 10_000 * i);
  }
  assert.deepEqual([outages.row.lost, outages.row.from, outages.row.to], [165, '1-0', '1-62']);
  assert.ok(outages.row.message.startsWith('165 events lost here'));
  outages.line();
  assert.equal(outages.widened(gap('2-0', '2-9', 1), 1e7), null, 'another one');
  assert.equal(outages.widened(gap('3-0', '3-9', 1), 2e7).lost, 2, 'nothing came between the two');
  assert.equal(outages.widened(gap('3-0', '4-9', null), 2e7).message.slice(0, 26), 'At least 2 events lost her');
  assert.equal(outages.widened(gap('3-0', '3-9', 1, 'overflow'), 2e7), null);
  assert.equal(canLoad(gap('1-0', '1-9', 1)), true);
  assert.equal(canLoad(gap(null, '1-9', null, 'unknown-id')), false);
  assert.equal(canLoad(dropOf(7, 0, '1-0', '1-7')), true);
});

test('a filter is a text or an expression, with exclusions and values of members', () => {
  const lines = ['{"msg":"GET /health 200","user":{"id":7}}', '{"msg":"GET /api 500","user":{"id":8},"n":1.00}',
      '"plain text 12"']
    .map(text => lineOf({ id: '1-1', channel: 'logs:etl:w', timestamp: 1, text }));
  const passes = view => {
    const wanted = new Wanted({ text: '', regex: false, not: [], where: [], ...view });
    return lines.map(line => wanted.passes === null || wanted.passes(line) ? 1 : 0).join('');
  };
  assert.equal(passes({}), '111');
  assert.equal(passes({ text: 'get' }), '110');
  assert.equal(passes({ text: '\\s\\d{3}', regex: true }), '110');
  assert.equal(passes({ text: '.', regex: false }), '010');
  assert.equal(passes({ not: ['HEALTH'] }), '011');
  assert.equal(passes({ not: ['health', 'plain'] }), '010');
  assert.equal(passes({ where: ['user.id=8'] }), '010');
  assert.equal(passes({ where: ['n=1.00'] }), '010');
  assert.equal(passes({ where: ['n=1'] }), '000');
  assert.equal(passes({ text: 'etl:w' }), '111', 'in the channel');
  const faulty = new Wanted({ text: '(', regex: true, not: [], where: [] });
  assert.equal(faulty.fault, 'Unterminated group');
  assert.equal(faulty.passes, null);
  assert.deepEqual(new Wanted({ text: 'a', regex: false, not: ['b'], where: ['c=d'] }).parameters([]),
      [['q', 'a'], ['not', 'b'], ['where', 'c=d']]);
  assert.deepEqual(new Wanted({ text: 'a', regex: true, not: [], where: [] }).parameters([]), []);
  const both = new Wanted({ text: 'Bill', regex: false, not: ['b'], where: [] });
  assert.deepEqual(both.parameters(['logs:etl:w:orders']), [['q', 'Bill'], ['not', 'b']]);
  assert.deepEqual(both.parameters(['logs:etl:w:orders', 'logs:etl:w:billing']), [['not', 'b']], 'it may be the name');
});

test('the address of a view reads back as that view', () => {
  const at = address => {
    const url = new URL(address, 'http://x/');
    return read(url);
  };
  for (const [address, written = address] of [[''],
    ['?channels=logs:a:*&channels=%20logs%3Ab%3Ac%3Ad%40e~f&since=15m&q=a+%26b%3D%2B%23\u00e4'
      + '&levels=none,fatal,nonsense&time=utc#12-34',
      '?channels=logs:a:*,logs:b:c:d@e~f&since=15m&q=a%20%26b%3D%2B%23%C3%A4&levels=fatal,none&time=utc#12-34'],
    ['?levels=&time=never&tail=1000#<script>', '?levels='],
    ['?channels=logs:a:b&q=a.b&regex=1&not=x&not=y&where=user.id%3D7'],
    ['?channels=logs:a:b&since=1767323045678&until=1767323105678'],
    ['?until=1767323105678'], ['?not=&where=novalue', '']])
    assert.equal(write(at(address)), written);
  assert.deepEqual(at('?since=2026-01-02T03:04:05Z&until=1767323105').range,
      { since: Date.UTC(2026, 0, 2, 3, 4, 5), until: 1767323105000 });
  assert.equal(at('?where=a%3D1').where.length, 1);
  assert.equal(at('?' + 'not=x&'.repeat(20)).not.length, 8);
  assert.equal(read(new URL('http://x/'), { time: 'utc' }).time, 'utc');
});

test('patterns take together what belongs together, and all that may be read', () => {
  const known = ['logs:etl:w:a', 'logs:etl:w:b', 'logs:faas:w:c', 'logs:faas:v', 'logs:etl:v']
      .map(channel => ({ channel }));
  assert.deepEqual(patternsOf(known).map(({ name, note }) => name + ' ' + note),
    ['logs:etl:w:* 2 channels', 'logs:*:w:* 3 channels', 'logs:*:v 2 channels']);
  const token = claims => 'x.' + Buffer.from(JSON.stringify(claims)).toString('base64url') + '.y';
  assert.deepEqual(everything(known, null), ['logs:*:*', 'logs:*:*:*']);
  assert.deepEqual(everything(known, token({ workspaces: ['w', 'v'] })),
      ['logs:*:w', 'logs:*:w:*', 'logs:*:v', 'logs:*:v:*']);
  assert.deepEqual(everything(known, token({ workspaces: ['*'], services: ['etl'] })), ['logs:etl:*', 'logs:etl:*:*']);
  assert.deepEqual(everything(known, 'opaque'), ['logs:*:*', 'logs:*:*:*']);
  assert.deepEqual(everything([], null), []);
  assert.deepEqual(everything(known, token({ workspaces: Array.from({ length: 99 }, (_, i) => 'w' + i) })), []);
});
