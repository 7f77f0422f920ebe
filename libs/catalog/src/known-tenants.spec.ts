import { describe, expect, it } from '@jest/globals';
import type { CatalogTenant } from './catalog-tenant.js';
import { KnownTenants } from './known-tenants.js';

const acme = { slug: 'acme' } as CatalogTenant;
const open = (options: Partial<ConstructorParameters<typeof KnownTenants>[0]> = {}) => {
  const known = new KnownTenants({ maxTenants: 3, maxUnknown: 2, ttlMs: 100, ...options });
  known.hear();
  return known;
};

describe('KnownTenants', () => {
  it('knows what was read, and that nobody has a slug', () => {
    const known = open();
    known.remember('acme', acme, 0);
    known.remember('nobody', undefined, 0);
    expect(known.current('acme', 1)).toBe(acme);
    expect(known.current('nobody', 1)).toBeNull();
    expect(known.current('never-asked', 1)).toBeUndefined();
  });

  it('asks again when the time to live is over', () => {
    const known = open();
    known.remember('acme', acme, 0);
    known.remember('nobody', undefined, 0);
    expect([known.current('acme', 99), known.current('nobody', 99)]).toEqual([acme, null]);
    expect([known.current('acme', 100), known.current('nobody', 100)]).toEqual([undefined, undefined]);
  });

  it('asks about everything while no notifications arrive, and about what was read before they did', () => {
    const known = open();
    known.remember('acme', acme, 0);
    known.goDeaf(1);
    expect(known.current('acme', 2)).toBeUndefined();
    known.remember('acme', acme, 3);
    expect(known.current('acme', 4)).toBeUndefined();
    known.hear();
    expect(known.current('acme', 5)).toBeUndefined();
    known.remember('acme', acme, 6);
    expect(known.current('acme', 7)).toBe(acme);
  });

  it('takes a tenant for true until the last sign of life of the notifications that covered it', () => {
    const known = open();
    known.remember('acme', acme, 10);
    expect(known.last('acme', 20)).toEqual({ tenant: acme, trueAt: 20 });
    known.goDeaf(30);
    expect(known.last('acme', 30)).toEqual({ tenant: acme, trueAt: 30 });
    known.hear();
    expect(known.last('acme', 90)).toEqual({ tenant: acme, trueAt: 30 });
  });

  it('takes a tenant that was read without notifications for true at that read alone', () => {
    const known = open();
    known.goDeaf(1);
    known.remember('acme', acme, 10);
    expect(known.last('acme', 1)).toEqual({ tenant: acme, trueAt: 10 });
    known.hear();
    known.goDeaf(50);
    expect(known.last('acme', 50)).toEqual({ tenant: acme, trueAt: 10 });
  });

  it('has no last word on a slug that changed or that nobody had', () => {
    const known = open();
    known.remember('acme', acme, 0);
    known.remember('nobody', undefined, 0);
    known.forget('acme');
    expect([known.last('acme', 1), known.last('nobody', 1)]).toEqual([undefined, undefined]);
  });

  it('lets slugs that nobody has push out each other, and no tenant', () => {
    const known = open();
    known.remember('acme', acme, 0);
    for (let guess = 0; guess < 100; guess++) known.remember(`guess-${guess}`, undefined, 0);
    expect(known.current('acme', 1)).toBe(acme);
    expect(known.size).toBe(3);
  });

  it('lets the tenants asked for least recently go first', () => {
    const known = open();
    for (const slug of ['a', 'b', 'c']) known.remember(slug, acme, 0);
    known.current('a', 1);
    known.remember('d', acme, 1);
    expect(['a', 'b', 'c', 'd'].map((slug) => known.current(slug, 1))).toEqual([acme, undefined, acme, acme]);
  });

  it('knows nothing any more when everything may have changed', () => {
    const known = open();
    known.remember('acme', acme, 0);
    known.forgetAll();
    expect([known.current('acme', 1), known.last('acme', 1)]).toEqual([undefined, undefined]);
  });
});
