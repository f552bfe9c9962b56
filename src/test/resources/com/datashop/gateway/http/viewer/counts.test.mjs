// How many lines there are over time.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const web = process.env.WEB;
const { countsOf, heightsOf } = await import(web + 'viewer/counts.js');
const { LEVELS } = await import(web + 'shared/line.js');

let seed = Number(process.env.SEED);
const random = below => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
const rowsOf = list => ({ shown: list.length, at: place => list[place] });
const line = (timestamp, level = 'info') => ({ kind: 'log', timestamp, level });
const NOON = Date.UTC(2026, 0, 2, 12);
const DAY = 86_400_000;

test('without a line there is nothing to count', () => {
  assert.equal(countsOf(rowsOf([]), null), null);
  assert.equal(countsOf(rowsOf([{ kind: 'gap', timestamp: NOON }]), { since: NOON, until: NOON + 1000 }), null);
});

test('one line is a narrow column at the end', () => {
  const { from, step, columns, most, lines } = countsOf(rowsOf([line(NOON + 300, 'error')]), null);
  assert.deepEqual([step, columns.length, most, lines], [1000, 60, 1, 1]);
  assert.equal(from + columns.length * step, NOON + 1000);
  assert.deepEqual([columns.at(-1).total, columns.at(-1).counts.error, columns.at(-1).counts.info], [1, 1, 0]);
});

test('every line is in the column of its time, whatever their order and however long they take', () => {
  for (let round = 0; round < 300; round++) {
    const span = 10 ** random(13) + 1;
    const all = Array.from({ length: 1 + random(200) }, () => random(10) === 0 ? { kind: 'gap', timestamp: 0 }
        : line(NOON + Math.floor(random(1_000_000) / 1_000_000 * span), LEVELS[random(LEVELS.length)]));
    const logs = all.filter(({ kind }) => kind === 'log');
    if (logs.length === 0) continue;
    const times = logs.map(({ timestamp }) => timestamp);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const range = [null, { since: first, until: last + 1 }, { since: null, until: last + random(span) + 1 },
      { since: first - random(span), until: null }][random(4)];
    const offset = (random(53) - 24) * 1_800_000;
    const { from, step, columns, most, lines } = countsOf(rowsOf(all), range, offset);
    assert.ok(columns.length <= 101, `${columns.length} columns of ${step}`);
    assert.equal((from + offset) % step, 0);
    columns.forEach((column, i) => {
      const inside = logs.filter(({ timestamp }) => Math.floor((timestamp - from) / step) === i);
      assert.equal(column.total, inside.length);
      for (const level of LEVELS)
        assert.equal(column.counts[level], inside.filter(one => one.level === level).length);
    });
    assert.equal(lines, logs.length);
    assert.equal(columns.reduce((sum, { total }) => sum + total, 0), logs.length);
    assert.equal(most, Math.max(...columns.map(({ total }) => total)));
  }
});

test('a time range is shown from its beginning to its end, whatever of it is loaded', () => {
  const { from, step, columns } = countsOf(rowsOf([line(NOON + 7 * 60_000)]),
      { since: NOON, until: NOON + 60 * 60_000 });
  assert.deepEqual([from, step, columns.length], [NOON, 60_000, 60]);
});

test('days begin at midnight of the zone', () => {
  const kolkata = 5.5 * 3_600_000;
  const { from, step } = countsOf(rowsOf([line(NOON), line(NOON + 90 * DAY)]), null, kolkata);
  assert.deepEqual([step, new Date(from + kolkata).toISOString().slice(11)], [DAY, '00:00:00.000Z']);
});

test('each level that occurs is seen, and no column is higher than the picture', () => {
  const counts = Object.fromEntries(LEVELS.map(level => [level, 1]));
  counts.info = 100_000;
  const total = 100_000 + LEVELS.length - 1;
  const parts = heightsOf({ total, counts }, total);
  assert.deepEqual(parts.map(([level]) => level), LEVELS);
  for (const [level, height] of parts) assert.ok(height >= 6, `${level} ${height}`);
  const all = parts.reduce((sum, [, height]) => sum + height, 0);
  assert.ok(Math.abs(all - 100) < 1e-9, String(all));
  assert.deepEqual(heightsOf({ total: 50, counts: { ...counts, info: 0, error: 25, warn: 25, fatal: 0, debug: 0,
      trace: 0, none: 0 } }, 100), [['error', 25], ['warn', 25]]);
});
