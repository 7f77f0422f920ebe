import { randomBytes } from 'node:crypto';
import { Secrets } from '@helpdeskly/catalog';
import { describe, expect, it } from '@jest/globals';
import { isSigned, linkOf } from './signed-link.js';

const key = (id: string) => ({ id, key: randomBytes(32) });
const [old, present] = [key('old'), key('new')];
const acme = { id: '01900000-0000-7000-8000-00000000000a', slug: 'acme' };
const globex = { id: '01900000-0000-7000-8000-00000000000b', slug: 'globex' };
const file = '01900000-0000-7000-8000-0000000000f1';
const now = Date.UTC(2026, 0, 1);

const queryOf = (url: string) => {
  const { searchParams } = new URL(url);
  return { expires: searchParams.get('expires') ?? '', signature: searchParams.get('signature') ?? '' };
};

describe('a signed link', () => {
  const secrets = new Secrets([old]);
  const { url, expiresAt } = linkOf(secrets, 'https://help.example.com:8443', acme, file, now);

  it('leads to the host of its tenant', () => {
    expect(url).toMatch(`https://acme.help.example.com:8443/api/v1/attachments/${file}/content?expires=`);
    expect(expiresAt).toBe('2026-01-01T00:01:00.000Z');
  });

  it('is good for a minute, and not a moment longer', () => {
    const good = (at: number) => isSigned(secrets, acme, file, queryOf(url), at);
    expect([good(now), good(now + 59_999), good(now + 60_000)]).toEqual([true, true, false]);
  });

  it('is good for its tenant and its file alone', () => {
    expect(isSigned(secrets, globex, file, queryOf(url), now)).toBe(false);
    expect(isSigned(secrets, acme, file.replace('f1', 'f2'), queryOf(url), now)).toBe(false);
  });

  it('outlives a new key, and ends with the one that signed it', () => {
    expect(isSigned(new Secrets([present, old]), acme, file, queryOf(url), now)).toBe(true);
    expect(isSigned(new Secrets([present]), acme, file, queryOf(url), now)).toBe(false);
  });
});
