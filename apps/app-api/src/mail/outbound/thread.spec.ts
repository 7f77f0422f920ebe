import { describe, expect, it } from '@jest/globals';
import { referencesOf } from './thread.js';

const id = (number: number) => `m${number}@mail.example`;
const ids = (count: number) => Array.from({ length: count }, (_, index) => id(index));

describe('the references of a mail', () => {
  it('are all earlier ones of a short conversation, once each', () => {
    expect(referencesOf([])).toEqual([]);
    expect(referencesOf([...ids(3), id(1)])).toEqual(ids(3));
  });

  it('are the first and the last ones of a long conversation', () => {
    const references = referencesOf(ids(100));
    expect(references).toEqual([id(0), ...ids(100).slice(-19)]);
  });

  it('fit into a header when the ids are long', () => {
    const long = Array.from({ length: 20 }, (_, index) => `${'x'.repeat(200)}${index}@mail.example`);
    const references = referencesOf(long);
    expect(references[0]).toBe(long[0]);
    expect(references.at(-1)).toBe(long[19]);
    expect(references.join('> <').length).toBeLessThan(1900);
  });

  it('hold nothing that is no id', () => {
    expect(referencesOf(['a b@c', '', 'x'.repeat(300), '<evil@x>\r\nBcc: all@x', id(1)])).toEqual([id(1)]);
  });
});
