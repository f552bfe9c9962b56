// Regular expressions whose time is bounded, against the browser's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const web = process.env.WEB;
const { Expression } = await import(web + 'viewer/expression.js');

const seed = Number(process.env.SEED);
let state = seed;
const random = below => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) % below;
};
const oneOf = list => list[random(list.length)];

/** All matches, as `start:text`, but for those that V8 finds in the middle of a sign. */
function matches(pattern, text) {
  const found = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (!/[\udc00-\udfff]/.test(text[match.index] ?? '')) found.push(match.index + ':' + match[0]);
    if (match[0] === '') pattern.lastIndex += text.codePointAt(match.index) > 0xffff ? 2 : 1;
    if (pattern.lastIndex > text.length) break;
  }
  return found;
}

/** An expression at random, not nested too deeply. */
function expression(depth) {
  const single = () => random(4) === 0 && depth > 0
    ? oneOf(['(', '(?:', '(?<n' + random(1e9) + '>']) + expression(depth - 1) + ')'
    : oneOf(['a', 'B', 'ab', '.', '\\d', '\\w', '\\s', '[ab]', '[^a]', '[a-c\\d]', '\\.', '\\/', '\\u00e9', 'É',
      '\\x41', '\\u{1F600}', '\\p{L}', '^', '$', '\\b', '\\B', '-', '/', ' ', '[\\]x]', '😀', '\\ud83d\\ude00']);
  const term = () => {
    const part = single();
    const plain = !/^(?:\^|\$|\\[bB])$/.test(part);
    return part + (plain && random(3) === 0 ? oneOf(['*', '+', '?', '{2}', '{1,}', '{0,2}', '*?', '+?', '??']) : '');
  };
  const all = () => Array.from({ length: random(4) }, term).join('');
  return random(4) === 0 ? all() + '|' + all() : all();
}

test('what a browser finds is found, where it finds it', () => {
  let found = 0;
  for (let round = 0; round < 4000; round++) {
    const source = expression(2);
    const text = Array.from({ length: random(14) },
        () => oneOf(['a', 'A', 'b', 'B', 'c', '1', ' ', '.', '/', 'é', 'É', '😀', '\n', '-', ']'])).join('');
    const [expected, actual] = [new RegExp(source, 'giu'), new Expression(source)].map(one => matches(one, text));
    const at = `seed ${seed}: /${source}/ in ${text}`;
    assert.equal(actual[0]?.split(':')[0], expected[0]?.split(':')[0], at);
    // of a group that is repeated and may match nothing, browsers try the other ways first
    if (!/\)[*+?{]/.test(source)) assert.deepEqual(actual, expected, at);
    found += expected.length;
  }
  assert.ok(found > 4000, String(found));
});

test('no expression takes longer than its text is long', () => {
  const text = 'a'.repeat(19_999) + '!';
  for (const source of ['(a+)+$', '(a*)*b', '(a|a)*b', '(a|aa)+$', '^(([a-z])+.)+[A-Z]([a-z])+$', 'a*a*a*a*a*b',
      '(.*)(.*)(.*)(.*)(.*)x', '(a?){30}a{30}x', '((a{0,10}){0,3})*x', '(\\w+\\s?)*$z', '(x+x+)+y|(a+a+)+b']) {
    const begun = performance.now();
    const expression = new Expression(source);
    assert.equal(expression.test(text), false, source);
    // the browser's own would take longer than the age of the world for most
    assert.ok(performance.now() - begun < 20_000, source);
  }
  assert.equal(new Expression('x').test('a'.repeat(20_000) + 'x'), false, 'it looks at a bounded part of a text');
  assert.equal(new Expression('a$').test('a'.repeat(20_001)), false, 'whose end is not the text’s');
});

test('what is no expression, or one that is not known here, says why', () => {
  const fault = source => {
    try {
      new Expression(source);
      return null;
    } catch (fault) {
      assert.ok(fault instanceof SyntaxError, String(fault));
      return fault.message;
    }
  };
  for (const source of ['(', '[', 'a{2,1}', '*', '\\', '(?<n>a)(?<n>b)', '\\p{Nonsense}'])
    assert.ok(fault(source), source);
  for (const source of ['(?=a)b', '(?!a)b', '(?<=a)b', '(?<!a)b']) assert.match(fault(source), /^a group that begins/);
  for (const source of ['(a)\\1', '(?<n>a)\\k<n>']) assert.match(fault(source), /^references back/);
  for (const source of ['a{1000}', '((a{30}){30}){30}', '(?:){9999999}', '(?:(?:(?:){999}){999}){999}'])
    assert.match(fault(source), /^it is too long/, source);
  assert.equal(String(new Expression('a|b')), '/a|b/giu');
});
