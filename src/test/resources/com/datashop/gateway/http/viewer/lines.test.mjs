// The lines that a page keeps, against a plain list of which the same is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const web = process.env.WEB;
const { Lines } = await import(web + 'shared/lines.js');
const { LEVELS, weight } = await import(web + 'shared/line.js');
const { gapOf } = await import(web + 'shared/gap.js');
const { Heights } = await import(web + 'shared/heights.js');
const { compareIds } = await import(web + 'client/ids.js');

const seed = Number(process.env.SEED);
let state = seed;
const random = below => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) % below;
};
const log = (id, message = 'm', level = LEVELS[random(7)]) =>
  ({ kind: 'log', id, channel: 'logs:c', level, message, text: '1', timestamp: 0 });
const gap = () => gapOf({ reason: 'evicted', lost: 1, from: null, to: null }, 0);

test('whatever is added, filtered, loaded and forgotten, it holds what a plain list would', () => {
  for (let round = 0; round < 200; round++) {
    const capacity = 1 + random(30);
    const most = 150 + random(4000);
    const lines = new Lines(capacity, most);
    let all = [];
    let levels = new Set(LEVELS);
    let text = '';
    let older = 1e6;
    let newer = 1e6;
    const isTooMuch = () => all.length > capacity || all.reduce((sum, one) => sum + weight(one), 0) > most;
    for (let step = 0; step < 150; step++) {
      const at = `seed ${seed} round ${round} step ${step}`;
      switch (random(12)) {
        case 0:
          levels = new Set(LEVELS.filter(() => random(2)));
          text = ['', 'a', 'b', 'ab'][random(4)];
          lines.filter(levels, text === '' ? null : line => line.message.includes(text));
          break;
        case 1:
          if (random(5) === 0) {
            lines.clear();
            all = [];
          }
          break;
        case 2: {
          const more = Array.from({ length: random(4) }, () => log(`${--older}-0`, 'ab')).reverse();
          const gone = lines.prepend(more);
          const before = all.filter(line => line.kind === 'log').length + more.length;
          all = [...more, ...all];
          while (all.length > more.length && isTooMuch()) all.pop();
          assert.equal(gone, before - all.filter(line => line.kind === 'log').length, at);
          break;
        }
        case 3: {
          const place = all.length === 0 ? -1 : random(all.length);
          const put = gap();
          const before = all[place];
          const next = place < 0 ? -1 : all.findIndex((line, i) => i >= place && line.kind === 'log');
          if (next < 0 || all.length >= capacity) break;
          lines.insert(put, line => line === all[next]);
          all.splice(next, 0, put);
          assert.ok(before !== undefined);
          break;
        }
        default: {
          const line = random(10) ? log(`${++newer}-0`, ['a', 'b', 'aB', 'x'.repeat(random(200))][random(4)]) : gap();
          lines.add(line);
          all.push(line);
          while (all.length > 1 && isTooMuch()) all.shift();
        }
      }
      const passes = line => line.message.includes(text);
      const shown = all.filter(line => line.kind === 'gap' || levels.has(line.level) && passes(line));
      assert.deepEqual([...lines], shown, at);
      assert.equal(lines.size, all.filter(line => line.kind === 'log').length, at);
      assert.equal(lines.found, shown.filter(line => line.kind === 'log').length, at);
      for (const level of LEVELS)
        assert.equal(lines.counts[level],
            all.filter(line => line.kind === 'log' && line.level === level && passes(line)).length, at);
      shown.forEach((line, i) => {
        assert.equal(lines.placeOf(line.number), i, at);
        assert.equal(lines.get(line.number), line, at);
      });
      all.forEach((line, i) => assert.ok(i === 0 || line.number > all[i - 1].number, at));
    }
  }
});

test('what is being read stays, and so do the lines around it', () => {
  for (const [capacity, context] of [[2000, 500], [100, 25]]) {
    const lines = new Lines(capacity, 1e9);
    for (let i = 0; i < capacity; i++) lines.add(log(i + '-0'));
    const read = lines.at(capacity - 40);
    lines.pin(read.number);
    let added = 0;
    for (let line = log('3000-0'); lines.room(line); line = log(3000 + added + '-0')) {
      lines.add(line);
      added++;
    }
    assert.equal(added, capacity - 40 - context);
    assert.equal(lines.at(context), read);
    lines.pin(null);
    assert.ok(lines.room(log('9-9')));
  }
});

test('what is known of a filter already is not asked of its function', () => {
  const lines = new Lines(10, 1e9);
  for (const message of ['a', 'b', 'ab']) lines.add(log('1-0', message, 'info'));
  const asked = [];
  lines.filter(new Set(LEVELS), line => asked.push(line.message) > 0, line => line.message !== 'b');
  assert.deepEqual([...lines].map(line => line.message), ['a', 'ab']);
  lines.add(log('2-0', 'c', 'info'));
  assert.deepEqual([lines.found, lines.counts.info, asked.join()], [3, 3, 'c']);
  assert.equal(lines.all().length, 4);
});

test('lines of a gap go to their places by id, once', () => {
  const lines = new Lines(100, 1e9);
  const [one, five, nine] = ['1-0', '5-0', '9-0'].map(id => log(id));
  const hole = gapOf({ reason: 'evicted', lost: 3, from: '1-0', to: '8-0' }, 0);
  for (const line of [one, hole, five, nine]) lines.add(line);
  assert.equal(lines.merge(['2-0', '3-0', '5-0', '7-0', '10-0'].map(id => log(id)), compareIds), 4);
  assert.deepEqual([...lines].map(line => line.id ?? 'gap'), ['1-0', 'gap', '2-0', '3-0', '5-0', '7-0', '9-0', '10-0']);
  assert.equal(lines.get(five.number), five);
  lines.remove(hole);
  assert.deepEqual([...lines].map(line => line.id), ['1-0', '2-0', '3-0', '5-0', '7-0', '9-0', '10-0']);
  assert.equal(lines.dropWhile(line => line.id !== '5-0'), 3);
  assert.equal(lines.first, five);
});

test('numbers never run out, however often lines are put between the same two', () => {
  const lines = new Lines(1e6, 1e12);
  lines.add(log('1-0'));
  lines.add(log('2-0'));
  for (let round = 0; round < 80; round++)
    lines.merge([log(`1-${10 ** 15 - round}`)], compareIds);
  const all = [...lines];
  assert.equal(all.length, 82);
  all.forEach((line, i) => assert.ok(i === 0 || line.number > all[i - 1].number
      && compareIds(line.id, all[i - 1].id) > 0));
});

test('rows of several heights stand where a plain sum says', () => {
  const lines = new Lines(1000, 1e9);
  for (let i = 0; i < 200; i++) lines.add(log(i + '-0'));
  const heights = new Heights(20);
  const extra = new Map();
  for (let round = 0; round < 100; round++) {
    const place = random(200);
    const more = random(3) * 37;
    extra.set(place, more);
    heights.set(lines.at(place).number, more);
    heights.place(lines);
    let top = 0;
    for (let i = 0; i < 200; i++) {
      assert.equal(heights.top(i), top);
      assert.equal(heights.at(top), i);
      assert.equal(heights.at(top + 19 + (extra.get(i) ?? 0)), i, `${i} of ${extra.get(i)}`);
      top += 20 + (extra.get(i) ?? 0);
    }
    assert.equal(heights.top(200), top);
  }
});
