import { describe, expect, it } from '@jest/globals';
import { Secret } from 'otpauth';
import { newTotpSecret, otpauthUrl, totpStep } from './totp.js';

/** Appendix B of RFC 6238 for SHA-1: seconds and the last six of eight digits. */
const vectors: readonly [seconds: number, code: string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
];
const secret = Secret.fromLatin1('12345678901234567890').base32;

describe('a time-based code', () => {
  it.each(vectors)('is that of RFC 6238 at %i seconds', (seconds, code) => {
    expect(totpStep(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('names its own step one step earlier and later, and is wrong beyond', () => {
    const steps = [-60, -30, 0, 30, 60].map((off) => totpStep(secret, '050471', (1111111111 + off) * 1000));
    expect(steps).toEqual([undefined, 37037037, 37037037, 37037037, undefined]);
  });

  it.each(['050471', '050 471', ' 050471 ', '０５０４７１'])('is also %j', (code) => {
    expect(totpStep(secret, code, 1111111111_000)).toBe(37037037);
  });

  it.each(['', '50471', '0504711', '050472', 'abcdef', '०५०४७१'])('is not %j', (code) => {
    expect(totpStep(secret, code, 1111111111_000)).toBeUndefined();
  });

  it('belongs to one secret', () => {
    const secrets = new Set(Array.from({ length: 20 }, newTotpSecret));
    expect(secrets.size).toBe(20);
    for (const each of secrets) expect(each).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('comes from an app that reads a URL', () => {
    const url = new URL(otpauthUrl(secret, { issuer: 'Acme & Söhne', account: 'ada@acme.example' }));
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(url.pathname)).toBe('/Acme & Söhne:ada@acme.example');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      issuer: 'Acme & Söhne',
      secret,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
