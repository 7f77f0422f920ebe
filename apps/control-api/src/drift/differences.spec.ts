import { expect, it } from '@jest/globals';
import { differencesOf } from './differences.js';

const of = (objects: Record<string, string>) =>
  Object.entries(objects).map(([object, definition]) => ({ object, definition }));

it('names what is missing, what is too much and what is otherwise, in the order of names', () => {
  const expected = of({ 'table b': 'owner x', 'index a': 'btree', 'table same': 'y' });
  const found = of({ 'table same': 'y', 'table b': 'owner z', 'function f()': 'body' });
  expect(differencesOf(expected, found)).toEqual([
    { object: 'function f()', expected: null, found: 'body' },
    { object: 'index a', expected: 'btree', found: null },
    { object: 'table b', expected: 'owner x', found: 'owner z' },
  ]);
});

it('shows long definitions from a little before the place where they differ', () => {
  const [long, other] = ['x'.repeat(5000) + 'A' + 'y'.repeat(5000), 'x'.repeat(5000) + 'B'];
  const [difference] = differencesOf(of({ f: long }), of({ f: other }));
  expect(difference?.expected).toBe('…' + 'x'.repeat(100) + 'A' + 'y'.repeat(899) + '…');
  expect(difference?.found).toBe('…' + 'x'.repeat(100) + 'B');
});

it('is empty for what is the same, whatever its order', () => {
  expect(differencesOf(of({ a: '1', b: '2' }), of({ b: '2', a: '1' }))).toEqual([]);
});
