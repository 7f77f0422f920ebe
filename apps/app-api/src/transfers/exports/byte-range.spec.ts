import { describe, expect, it } from '@jest/globals';
import { RangeNotSatisfiable, rangeOf } from './byte-range.js';

describe('rangeOf', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=5-', 5, 99],
    ['bytes=5-500', 5, 99],
    ['bytes=-10', 90, 99],
    ['bytes=-500', 0, 99],
    [' bytes=99-99 ', 99, 99],
  ])('reads %s', (header, first, last) => expect(rangeOf(header, 100)).toEqual({ first, last }));

  it.each([
    undefined,
    '',
    'bytes=-',
    'bytes=5-4',
    'bytes=0-1,3-4',
    'bytes=x-',
    'lines=0-1',
    `bytes=${'9'.repeat(16)}-`,
  ])('takes %s for all of the file', (header) => expect(rangeOf(header, 100)).toBeUndefined());

  it.each([
    ['bytes=100-', 100],
    ['bytes=-0', 100],
    ['bytes=0-', 0],
    ['bytes=-1', 0],
  ])('refuses %s of %d bytes', (header, size) => expect(() => rangeOf(header, size)).toThrow(RangeNotSatisfiable));
});
