import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createOneTimeToken, hashToken } from './one-time-token.js';

describe('a one-time token', () => {
  it('is 256 random bits behind its prefix', () => {
    const tokens = Array.from({ length: 50 }, () => createOneTimeToken('hdi').token);
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(token).toMatch(/^hdi_[A-Za-z0-9_-]{43}$/);
  });

  it('is stored as its SHA-256', () => {
    const { token, hash } = createOneTimeToken('hdi');
    expect(Buffer.from(hash)).toEqual(createHash('sha256').update(token).digest());
    expect(hashToken(token)).toEqual(hash);
  });
});
