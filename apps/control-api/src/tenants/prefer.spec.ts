import { describe, expect, it } from '@jest/globals';
import { preferredWait } from './prefer.js';

describe('Prefer', () => {
  it.each([
    ['wait=10', 10],
    ['respond-async, wait=10', 10],
    ['Wait = "5"; foo', 5],
    ['wait=0', 0],
    ['wait=3600', 30],
  ])('%s waits', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });

  it.each([undefined, '', 'return=minimal', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'await=3', 'wait=1000000000000'])(
    '%s does not wait',
    (header) => {
      expect(preferredWait(header)).toBeUndefined();
    },
  );
});
