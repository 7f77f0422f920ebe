import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { base32, fromBase32 } from './base32.js';

describe('base32', () => {
  it('writes 16 bytes as 26 letters and reads them again, in any case', () => {
    for (const bytes of [Buffer.alloc(16), Buffer.alloc(16, 255), randomBytes(16)]) {
      expect(base32(bytes)).toMatch(/^[a-z2-7]{26}$/);
      expect(fromBase32(base32(bytes).toUpperCase())).toEqual(bytes);
    }
  });

  it.each(['', 'a'.repeat(25), `${'a'.repeat(25)}1`, '7'.repeat(26)])('reads nothing from %j', (text) => {
    expect(fromBase32(text)).toBeUndefined();
  });
});
