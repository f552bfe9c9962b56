// Filters that have a name.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const web = process.env.WEB;
const { Saved, savedIn } = await import(web + 'viewer/saved.js');
const { readable } = await import(web + 'viewer/saved-menu.js');
const { filterIn, filterOf, read, write } = await import(web + 'viewer/address.js');
const { LEVELS } = await import(web + 'shared/line.js');

function browser() {
  const kept = new Map();
  return { getItem: key => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), kept };
}

test('a filter is kept by its name, and found again by what it is', () => {
  const storage = browser();
  const saved = new Saved(() => storage);
  assert.deepEqual(saved.list(), []);
  assert.equal(saved.put('slow', 'q=slow'), null);
  assert.equal(saved.put('bad', 'levels=fatal,error'), null);
  assert.deepEqual(new Saved(() => storage).list(),
      [{ name: 'bad', query: 'levels=fatal,error' }, { name: 'slow', query: 'q=slow' }]);
  assert.deepEqual([saved.nameOf('q=slow'), saved.nameOf('q=other')], ['slow', null]);
  assert.equal(saved.put('slow', 'q=slower'), null);
  assert.deepEqual(saved.list().map(({ query }) => query), ['levels=fatal,error', 'q=slower']);
  saved.drop('bad');
  saved.drop('none such');
  assert.deepEqual(saved.list(), [{ name: 'slow', query: 'q=slower' }]);
});

test('what another tab has changed since is not lost', () => {
  const storage = browser();
  const [one, other] = [new Saved(() => storage), new Saved(() => storage)];
  one.put('one', 'q=1');
  other.put('other', 'q=2');
  one.put('third', 'q=3');
  other.drop('one');
  assert.deepEqual(one.list().map(({ name }) => name), ['other', 'third']);
});

test('there is a bound on each of them and on all, and it is said why', () => {
  const storage = browser();
  const saved = new Saved(() => storage);
  assert.match(saved.put('', 'q=1'), /needs a name/);
  assert.match(saved.put('x'.repeat(61), 'q=1'), /at most 60/);
  assert.match(saved.put('x', ''), /no filter/);
  assert.match(saved.put('x', 'q=' + 'x'.repeat(8000)), /too long/);
  for (let i = 0; i < 50; i++) assert.equal(saved.put('filter ' + i, 'q=' + i), null);
  assert.match(saved.put('one more', 'q=1'), /50 saved filters/);
  assert.equal(saved.put('filter 7', 'q=other'), null, 'in the place of one of them there is room');
  assert.equal(saved.list().length, 50);
});

test('a browser that keeps nothing keeps it for this visit', () => {
  const saved = new Saved(() => { throw new Error('SecurityError'); });
  assert.deepEqual(saved.list(), []);
  assert.equal(saved.put('slow', 'q=slow'), null);
  assert.deepEqual(saved.list(), [{ name: 'slow', query: 'q=slow' }]);
});

test('what others put there is no filter', () => {
  for (const text of [null, '', '{', '[]', '{}', 'null', '7', '[null,1,"x",[],{}]',
    '[{"name":"a"}]', '[{"query":"q=1"}]',
    '[{"name":7,"query":"q=1"},{"name":"","query":"q=1"},{"name":"a","query":""},{"name":"a","query":{}}]',
    JSON.stringify([{ name: 'x'.repeat(61), query: 'q=1' }, { name: 'x', query: 'q'.repeat(8001) }])])
    assert.deepEqual(savedIn(text), [], String(text));
  assert.deepEqual(savedIn('[{"name":"a","query":"q=1","more":true},{"name":"a","query":"q=2"},3]'),
      [{ name: 'a', query: 'q=2' }]);
  assert.equal(savedIn(JSON.stringify(Array.from({ length: 80 }, (_, i) => ({ name: 'n' + i, query: 'q=1' })))).length,
      50);
});

test('a filter is written and read back as it is, in an address too', () => {
  const filter = { text: 'a&b=c #é+', regex: true, not: ['health', 'x=y&z'], where: ['user.id=7', 'a=b=c'],
      levels: new Set(['error', 'none']) };
  const query = filterOf(filter).join('&');
  assert.deepEqual(filterIn(new URLSearchParams(query)), filter);
  const nothing = { text: '', regex: false, not: [], where: [], levels: new Set(LEVELS) };
  assert.deepEqual(filterOf(nothing), []);
  assert.deepEqual(filterIn(new URLSearchParams('')), nothing);
  const view = { ...read({ search: '?channels=logs:a:b', hash: '' }), ...filter };
  const [search] = write(view).split('#');
  assert.ok(search.includes(query), search);
  assert.deepEqual(read({ search, hash: '' }), view);
});

test('a filter is told as people read it', () => {
  assert.equal(readable('q=time%26out&regex=1&not=health&where=user.id%3D7&levels=fatal,error'),
      'time&out, as an expression, without health, user.id=7, fatal or error');
  assert.equal(readable('levels='), 'no level');
});
