import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CatalogOptions, CatalogUnavailable, TenantCatalog } from '@helpdeskly/catalog';
import { asAdmin } from '@helpdeskly/testing/database';
import { Registry } from 'prom-client';
import { ControlPlane, listenerName, readerName } from './control-plane.js';
import { DatabaseProxy } from '@helpdeskly/testing';

let plane: ControlPlane;
let proxy: DatabaseProxy;
const opened: TenantCatalog[] = [];

beforeAll(async () => {
  plane = await ControlPlane.create();
});
afterAll(() => plane.remove());

beforeEach(async () => {
  proxy = await DatabaseProxy.start(plane.url);
  await plane.addTenant('acme');
  await plane.addTenant('globex');
});
afterEach(async () => {
  for (const catalog of opened.splice(0)) await catalog.close();
  await proxy.close();
  await plane.query('DELETE FROM "Tenant"');
});

/** A catalog that connects through the proxy. */
async function open(options: CatalogOptions = {}): Promise<TenantCatalog> {
  const catalog = new TenantCatalog(proxy.through(plane.catalogUrl), options);
  opened.push(catalog);
  await catalog.start();
  return catalog;
}

/** Resolves when the catalog has heard of a change of `slug` or, with undefined, listens again. */
function hears(catalog: TenantCatalog, slug: string | undefined): Promise<void> {
  return new Promise((resolve) => {
    catalog.onChange((changed) => {
      if (changed === slug) resolve();
    });
  });
}

const reads = () => proxy.count(readerName, '"catalog"."tenant"');

/** Resolves once `condition` holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a lookup', () => {
  it('finds what app-api needs to know of a tenant', async () => {
    const catalog = await open();
    expect(await catalog.find('acme')).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      slug: 'acme',
      status: 'ACTIVE',
      maxConnections: 5,
      requestsPerMinute: 100,
      databaseName: expect.stringMatching(/^t_[0-9a-f]{32}$/),
      roleName: expect.stringMatching(/^t_[0-9a-f]{32}_a$/),
      roleSecret: 'sealed',
      credentialGeneration: 1,
      generation: 1,
      schemaVersion: null,
      schemaSetId: null,
      lacks: [],
      exceeds: [],
      host: 'db.example',
      port: 5432,
      poolerAddress: null,
      plan: 'standard',
      storageBytes: 10_737_418_240,
    });
  });

  it('finds nobody under a slug that nobody has', async () => {
    expect(await (await open()).find('nobody')).toBeUndefined();
  });

  it('is answered from memory the next time, and needs no promise then', async () => {
    const catalog = await open();
    expect([catalog.peek('acme'), catalog.peek('nobody')]).toEqual([undefined, undefined]);
    const acme = await catalog.find('acme');
    await catalog.find('nobody');
    expect([catalog.peek('acme'), catalog.peek('nobody')]).toEqual([acme, null]);
    expect(await catalog.find('acme')).toBe(acme);
    expect(reads()).toBe(2);
  });

  it('shares its read with everybody who asks meanwhile', async () => {
    const catalog = await open();
    proxy.hold(readerName);
    const lookups = Array.from({ length: 50 }, () => catalog.find('acme'));
    proxy.release(readerName);
    const [first, ...others] = await Promise.all(lookups);
    expect(others.every((tenant) => tenant === first)).toBe(true);
    expect(reads()).toBe(1);
  });

  it('reads again when an entry is old, in case a notification was lost', async () => {
    let now = 0;
    const catalog = await open({ clock: () => now, entryTtlMs: 1000 });
    await catalog.find('acme');
    now = 1000;
    expect(catalog.peek('acme')).toBeUndefined();
    await catalog.find('acme');
    expect(reads()).toBe(2);
  });

  it('reads each time before the catalog has begun to listen', async () => {
    const catalog = new TenantCatalog(proxy.through(plane.catalogUrl));
    opened.push(catalog);
    await catalog.find('acme');
    await catalog.find('acme');
    expect(reads()).toBe(2);
  });
});

describe('the migrations of a tenant', () => {
  const has = async (names: readonly string[] | undefined, schemaVersion: string | undefined = names?.at(-1)) => {
    if (names !== undefined)
      await plane.query(
        `INSERT INTO "SchemaSet" ("id", "names", "checksums") VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        [names.join(), names, names.map((name) => `sum of ${name}`)],
      );
    await plane.query(`UPDATE "Tenant" SET "schemaSetId" = $1, "schemaVersion" = $2 WHERE "slug" = 'acme'`, [
      names?.join() ?? null,
      schemaVersion ?? null,
    ]);
  };
  const declare = (name: string, compatible: boolean, checksum = `sum of ${name}`) =>
    plane.query('INSERT INTO "DeclaredMigration" VALUES ($1, $2, $3, false)', [name, checksum, compatible]);
  const compared = async (requiredMigrations?: readonly string[]) => {
    const tenant = await (await open(requiredMigrations === undefined ? {} : { requiredMigrations })).find('acme');
    return { lacks: tenant?.lacks, exceeds: tenant?.exceeds };
  };
  afterEach(() => plane.query('DELETE FROM "DeclaredMigration"'));

  it('are too few where one is lacking that the build requires', async () => {
    await has(['1', '3']);
    expect(await compared(['1', '2', '3', '4'])).toEqual({ lacks: ['2', '4'], exceeds: [] });
  });

  it('are too many unless each that the build does not know is declared compatible, as it was applied', async () => {
    await has(['1', '2', '3', '4', '5']);
    await declare('2', true);
    await declare('3', false);
    await declare('4', true, 'of another script');
    expect(await compared(['1'])).toEqual({ lacks: [], exceeds: ['3', '4', '5'] });
    await declare('5', true);
    await declare('4', true);
    expect(await compared(['1', '3'])).toEqual({ lacks: [], exceeds: [] });
  });

  it('are judged by the last one where nobody has read which they are', async () => {
    await has(undefined, '3');
    expect(await compared(['1', '2', '3'])).toEqual({ lacks: [], exceeds: [] });
    expect(await compared(['1', '2', '3', '4'])).toEqual({ lacks: ['4'], exceeds: [] });
    expect(await compared(['1', '2'])).toEqual({ lacks: [], exceeds: ['3'] });
    await declare('3', true);
    expect(await compared(['1', '2'])).toEqual({ lacks: [], exceeds: [] });
  });

  it('do not matter to who requires none', async () => {
    await has(['1', '2']);
    expect(await compared()).toEqual({ lacks: [], exceeds: [] });
  });
});

describe('a change', () => {
  it('is seen by every process that listens', async () => {
    const catalogs = [await open(), await open()];
    await Promise.all(catalogs.map((catalog) => catalog.find('acme')));
    const heard = Promise.all(catalogs.map((catalog) => hears(catalog, 'acme')));
    await plane.setStatus('acme', 'SUSPENDED');
    await heard;
    for (const catalog of catalogs) {
      expect(catalog.peek('acme')).toBeUndefined();
      expect((await catalog.find('acme'))?.status).toBe('SUSPENDED');
    }
  });

  it('leaves other tenants in memory', async () => {
    const catalog = await open();
    await catalog.find('globex');
    const heard = hears(catalog, 'acme');
    await plane.setStatus('acme', 'SUSPENDED');
    await heard;
    expect(catalog.peek('globex')?.status).toBe('ACTIVE');
  });

  it('that makes a tenant of a slug that nobody had is seen', async () => {
    const catalog = await open();
    expect(await catalog.find('initech')).toBeUndefined();
    const heard = hears(catalog, 'initech');
    await plane.addTenant('initech');
    await heard;
    expect((await catalog.find('initech'))?.slug).toBe('initech');
  });

  it('that removes a tenant is seen', async () => {
    const catalog = await open();
    await catalog.find('acme');
    const heard = hears(catalog, 'acme');
    await plane.query(`DELETE FROM "Tenant" WHERE "slug" = 'acme'`);
    await heard;
    expect(await catalog.find('acme')).toBeUndefined();
  });

  it('of a server is seen at all its tenants', async () => {
    const catalog = await open();
    await catalog.find('acme');
    const heard = hears(catalog, undefined);
    await plane.query(`UPDATE "DatabaseServer" SET "host" = 'other.example'`);
    await heard;
    expect((await catalog.find('acme'))?.host).toBe('other.example');
    await plane.query(`UPDATE "DatabaseServer" SET "host" = 'db.example'`);
  });

  it('that comes while an older answer is on its way keeps that answer out of memory', async () => {
    const catalog = await open();
    await catalog.check(); // The pool has a connection: what the proxy holds below is an answer, not a greeting.
    proxy.hold(readerName);
    const lookup = catalog.find('acme');
    await until(() => reads() === 1);
    await until(
      async () =>
        (
          await plane.query(
            `SELECT FROM pg_stat_activity WHERE application_name = '${readerName}' AND datname = current_database() AND query LIKE '%tenant%' AND state = 'idle'`,
          )
        ).length === 1,
    );
    const heard = hears(catalog, 'acme');
    await plane.setStatus('acme', 'SUSPENDED');
    await heard;
    const next = catalog.find('acme');
    proxy.release(readerName);
    expect((await lookup)?.status).toBe('ACTIVE');
    expect((await next)?.status).toBe('SUSPENDED');
    expect(catalog.peek('acme')?.status).toBe('SUSPENDED');
  });
});

describe('while the connection that listens is lost', () => {
  it('every lookup reads, so that no change goes unseen', async () => {
    const catalog = await open();
    await catalog.find('acme');
    proxy.treat('refuse', listenerName);
    await until(() => !catalog.listening);
    for (const status of ['SUSPENDED', 'ACTIVE', 'INACTIVE']) {
      await plane.setStatus('acme', status);
      expect(catalog.peek('acme')).toBeUndefined();
      expect((await catalog.find('acme'))?.status).toBe(status);
    }
  });

  it('nothing that was read is trusted once it listens again', async () => {
    const catalog = await open();
    await catalog.find('acme');
    proxy.treat('refuse', listenerName);
    await until(() => !catalog.listening);
    await catalog.find('globex');
    await plane.setStatus('acme', 'SUSPENDED');
    await plane.setStatus('globex', 'SUSPENDED');
    const heard = hears(catalog, undefined);
    proxy.treat('pass', listenerName);
    await heard;
    expect([catalog.peek('acme'), catalog.peek('globex')]).toEqual([undefined, undefined]);
    expect((await catalog.find('acme'))?.status).toBe('SUSPENDED');
    expect(catalog.peek('acme')?.status).toBe('SUSPENDED');
  });

  it('by an administrator, it is opened again', async () => {
    const catalog = await open();
    await catalog.find('acme');
    for (let time = 0; time < 3; time++) {
      const heard = hears(catalog, undefined);
      expect(await plane.terminate(listenerName)).toBe(1);
      await heard;
      expect(catalog.listening).toBe(true);
    }
    const heard = hears(catalog, 'acme');
    await plane.setStatus('acme', 'SUSPENDED');
    await heard;
    expect((await catalog.find('acme'))?.status).toBe('SUSPENDED');
  });

  it('silently, a question finds out', async () => {
    const catalog = await open();
    proxy.treat('ignore', listenerName);
    await until(() => !catalog.listening);
    proxy.treat('pass', listenerName);
    await until(() => catalog.listening);
  });
});

describe('while the control database cannot be reached', () => {
  it('known tenants are served for 30 seconds, then nobody', async () => {
    let now = 0;
    const catalog = await open({ clock: () => now });
    const acme = await catalog.find('acme');
    proxy.treat('refuse');
    await until(() => !catalog.listening);
    expect(await catalog.find('acme')).toEqual(acme);
    now = 29_999;
    expect(await catalog.find('acme')).toEqual(acme);
    now = 30_000;
    await expect(catalog.find('acme')).rejects.toThrow(CatalogUnavailable);
  });

  it('a lookup says so of tenants that are not known, and of slugs that nobody had', async () => {
    const catalog = await open();
    await catalog.find('acme');
    await catalog.find('nobody');
    proxy.treat('refuse');
    await until(() => !catalog.listening);
    for (const slug of ['globex', 'nobody']) {
      await expect(catalog.find(slug)).rejects.toMatchObject({ code: 'catalog_unavailable', retryAfter: 1 });
    }
    await expect(catalog.check()).rejects.toThrow(CatalogUnavailable);
    expect((await catalog.find('acme'))?.slug).toBe('acme');
  });

  it('a tenant that changed in the last moment is not served as it was', async () => {
    const catalog = await open();
    await catalog.find('acme');
    const heard = hears(catalog, 'acme');
    await plane.setStatus('acme', 'SUSPENDED');
    await heard;
    proxy.treat('refuse');
    await expect(catalog.find('acme')).rejects.toThrow(CatalogUnavailable);
  });

  it('the time counts from when notifications last vouched for a tenant, whatever was read of others since', async () => {
    let now = 0;
    const catalog = await open({ clock: () => now });
    await catalog.find('acme');
    proxy.treat('refuse', listenerName);
    await until(() => !catalog.listening);
    now = 20_000;
    await catalog.find('globex');
    proxy.treat('refuse');
    now = 30_000;
    expect((await catalog.find('globex'))?.slug).toBe('globex');
    await expect(catalog.find('acme')).rejects.toThrow(CatalogUnavailable);
  });

  it('one lookup tries it anew, and the others do not wait for that', async () => {
    let now = 0;
    const catalog = await open({ clock: () => now });
    await catalog.find('acme');
    await catalog.find('globex');
    proxy.treat('refuse');
    await until(() => !catalog.listening);
    await catalog.find('acme');
    proxy.treat('ignore');
    now = 1000;
    let tried = false;
    const trying = catalog.find('acme').finally(() => (tried = true));
    expect((await catalog.find('globex'))?.slug).toBe('globex');
    expect(tried).toBe(false);
    expect((await trying)?.slug).toBe('acme');
  });

  it('a start succeeds, and lookups do as soon as it is back', async () => {
    proxy.treat('refuse');
    const catalog = await open();
    expect(catalog.listening).toBe(false);
    await expect(catalog.find('acme')).rejects.toThrow(CatalogUnavailable);
    proxy.treat('pass');
    await until(() => catalog.listening);
    expect((await catalog.find('acme'))?.slug).toBe('acme');
    expect(catalog.peek('acme')?.slug).toBe('acme');
  });

  it('because it lets nobody in, the same holds', async () => {
    const catalog = await open();
    await catalog.find('acme');
    await plane.shut();
    await until(() => !catalog.listening);
    expect((await catalog.find('acme'))?.slug).toBe('acme');
    await expect(catalog.find('globex')).rejects.toThrow(CatalogUnavailable);
    await plane.open();
    await until(() => catalog.listening);
    expect((await catalog.find('globex'))?.slug).toBe('globex');
  });

  it.each(['refuse', 'ignore'] as const)('the catalog can be closed (connections: %s)', async (treatment) => {
    const catalog = await open();
    await catalog.find('acme');
    proxy.treat(treatment);
    await until(() => !catalog.listening);
    const lookup = catalog.find('acme');
    await catalog.close();
    expect((await lookup)?.slug).toBe('acme');
    opened.splice(0);
  });

  it('a catalog that never reached it can be closed', async () => {
    proxy.treat('ignore');
    const catalog = new TenantCatalog(proxy.through(plane.catalogUrl));
    const starting = catalog.start();
    await catalog.close();
    await starting;
  });
});

it('a read whose connection a restart cut off is asked again', async () => {
  const catalog = await open();
  await catalog.check();
  proxy.hold(readerName);
  const lookup = catalog.find('acme');
  await until(() => reads() === 1);
  proxy.release(readerName);
  proxy.cutAll(readerName);
  expect((await lookup)?.slug).toBe('acme');
});

it('an error that is no outage travels on', async () => {
  const catalog = await open();
  await plane.query(`REVOKE ALL ON ALL TABLES IN SCHEMA catalog FROM "${plane.reader}"`);
  await expect(catalog.find('acme')).rejects.toMatchObject({ code: '42501' });
  await plane.query(`GRANT SELECT ON ALL TABLES IN SCHEMA catalog TO "${plane.reader}"`);
});

it('no connection is left when a catalog was closed', async () => {
  const catalog = await open();
  await catalog.find('acme');
  await catalog.close();
  opened.splice(0);
  await until(() =>
    asAdmin(async (admin) => {
      const { rowCount } = await admin.query('SELECT FROM pg_stat_activity WHERE datname = $1', [plane.database]);
      return rowCount === 0;
    }),
  );
});

it('metrics tell hits, misses and what was served stale, and name no tenant', async () => {
  const catalog = await open();
  const registry = new Registry();
  catalog.register(registry);
  const lookups = async () => {
    const metric = await registry.getSingleMetric('helpdeskly_catalog_lookups_total')?.get();
    return Object.fromEntries(metric?.values.map(({ labels, value }) => [labels.result, value]) ?? []);
  };
  await catalog.find('acme');
  await catalog.find('acme');
  catalog.peek('acme');
  expect(await lookups()).toEqual({ hit: 2, miss: 1, stale: 0, unavailable: 0 });
  expect(await registry.metrics()).toContain('helpdeskly_catalog_listening 1');
  proxy.treat('refuse');
  await until(() => !catalog.listening);
  await catalog.find('acme');
  await catalog.find('globex').catch(() => undefined);
  expect(await lookups()).toEqual({ hit: 2, miss: 3, stale: 1, unavailable: 1 });
  const text = await registry.metrics();
  expect(text).toContain('helpdeskly_catalog_listening 0');
  expect(text).not.toMatch(/acme|globex/);
});
