import { describe, expect, it } from '@jest/globals';
import { createCheckedKey, hasChecksum, keyHint, keyRefusal, keyUseIsNews } from './api-keys.js';

const [acme, globex] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const now = new Date('2026-11-29T12:00:00Z');
const before = new Date(now.getTime() - 1);
const after = new Date(now.getTime() + 1);

describe('a key with a checksum', () => {
  const key = createCheckedKey('hdt', acme);

  it('is recognised by who made it, and by nobody else', () => {
    expect(key).toMatch(/^hdt_[\w-]{51}$/);
    expect(hasChecksum(key, acme)).toBe(true);
    expect(hasChecksum(key, globex)).toBe(false);
  });

  it('is another one each time', () => {
    expect(createCheckedKey('hdt', acme)).not.toBe(key);
  });

  it('does not bear another character at any place', () => {
    for (let place = 0; place < key.length; place++) {
      const other = key[place] === 'x' ? 'y' : 'x';
      expect(hasChecksum(key.slice(0, place) + other + key.slice(place + 1), acme)).toBe(false);
    }
  });

  it.each(['', 'hdt_', key.slice(0, -1), `${key}A`, key.slice(8), `${key.slice(0, -8)}äöüäöüäö`])('is not %p', (text) =>
    expect(hasChecksum(text, acme)).toBe(false),
  );

  it('is told apart by its beginning', () => expect(key.startsWith(keyHint(key))).toBe(true));
});

describe('a stored key', () => {
  it.each([
    ['counts for ever', { revokedAt: null, expiresAt: null }, undefined],
    ['counts until it expires', { revokedAt: null, expiresAt: after }, undefined],
    ['has expired at its time', { revokedAt: null, expiresAt: now }, 'EXPIRED'],
    ['is revoked, whatever else', { revokedAt: before, expiresAt: after }, 'REVOKED'],
  ])('%s', (_what, terms, refusal) => expect(keyRefusal(terms, now)).toBe(refusal));

  it.each([
    [null, true],
    [new Date(now.getTime() - 60_000), false],
    [new Date(now.getTime() - 60_001), true],
  ])('last used at %p: a use is written down: %p', (lastUsedAt, news) =>
    expect(keyUseIsNews({ lastUsedAt }, now)).toBe(news),
  );
});
