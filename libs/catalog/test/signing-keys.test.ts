import { createSign, createVerify, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CatalogUnavailable,
  ControlDatabase,
  ensureSigningKeys,
  newSigningKey,
  operatorSigningKeys,
  Secrets,
  type SigningKeys,
  TenantCatalog,
  tenantSigningKeys,
} from '@helpdeskly/catalog';
import { ControlPlane, readerName } from './control-plane.js';
import { DatabaseProxy } from '@helpdeskly/testing';

const secrets = new Secrets([{ id: 'k1', key: randomBytes(32) }]);
let plane: ControlPlane;
let control: ControlDatabase;
let catalog: TenantCatalog;
let proxy: DatabaseProxy;

beforeAll(async () => {
  plane = await ControlPlane.create();
  proxy = await DatabaseProxy.start(plane.url);
  control = new ControlDatabase(plane.url);
  catalog = new TenantCatalog(proxy.through(plane.catalogUrl));
  await catalog.start();
  await ensureSigningKeys(control, secrets);
});
afterAll(async () => {
  await catalog.close();
  await control.close();
  await proxy.close();
  await plane.remove();
});

const reads = () => proxy.count(readerName, '"catalog"."signing_key"');
const kidsOf = async (keys: SigningKeys) => (await keys.jwks()).map((jwk) => jwk.kid);
const rows = () =>
  plane.query<{ kid: string; purpose: string }>(
    'SELECT "kid", "purpose"::text AS "purpose" FROM "SigningKey" ORDER BY "createdAt"',
  );
const ofPurpose = async (purpose: string) =>
  (await rows()).filter((row) => row.purpose === purpose).map((row) => row.kid);

/** Adds the newest key pair for tenants' tokens; resolves when the catalog has heard of it. */
async function rotate(createdAt = new Date()): Promise<string> {
  const heard = new Promise<void>((resolve) => catalog.onSigningKeysChange(resolve));
  const data = await newSigningKey(secrets, 'TENANT');
  await control.client.signingKey.create({ data: { ...data, createdAt } });
  await heard;
  return data.kid;
}

/** Retries `attempt` until it succeeds. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    const outcome = await attempt().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ('value' in outcome) return outcome.value;
    if (!(outcome.error instanceof CatalogUnavailable)) throw outcome.error;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('ensureSigningKeys', () => {
  it('makes one key pair for each purpose, however many start at once', async () => {
    const other = await ControlPlane.create();
    const databases = [1, 2, 3].map(() => new ControlDatabase(other.url));
    await Promise.all(databases.map((database) => ensureSigningKeys(database, secrets)));
    const made = await other.query<{ purpose: string }>(
      'SELECT "purpose"::text AS "purpose" FROM "SigningKey" ORDER BY 1',
    );
    expect(made.map(({ purpose }) => purpose)).toEqual(['OPERATOR', 'TENANT']);
    for (const database of databases) await database.close();
    await other.remove();
  });

  it('makes no more when they are there, and one in place of an expired one', async () => {
    const before = await rows();
    await ensureSigningKeys(control, secrets);
    expect(await rows()).toEqual(before);
    const [expired] = await ofPurpose('OPERATOR');
    await plane.query(`UPDATE "SigningKey" SET "notAfter" = now() - interval '1 second' WHERE "kid" = $1`, [expired]);
    await ensureSigningKeys(control, secrets);
    const operators = await ofPurpose('OPERATOR');
    expect(operators).toHaveLength(2);
    expect(await kidsOf(operatorSigningKeys(control, catalog, secrets))).toEqual([
      operators.find((kid) => kid !== expired),
    ]);
    await plane.query(`DELETE FROM "SigningKey" WHERE "kid" = $1`, [expired]);
  });

  it('stores the private key sealed, for its own row', async () => {
    const [row] = await plane.query<{ kid: string; privateSecret: string }>(
      'SELECT "kid", "privateSecret" FROM "SigningKey"',
    );
    expect(row?.privateSecret).not.toContain('PRIVATE');
    expect(secrets.open(row?.privateSecret ?? '', row?.kid ?? '')).toContain('PRIVATE KEY');
    expect(() => secrets.open(row?.privateSecret ?? '', 'another')).toThrow();
  });
});

describe('signing keys', () => {
  it('sign what they verify', async () => {
    const keys = tenantSigningKeys(catalog, secrets);
    const { kid, privateKey } = await keys.current();
    const signature = createSign('RSA-SHA256').update('text').sign(privateKey);
    const publicKey = await keys.find(kid);
    expect(publicKey && createVerify('RSA-SHA256').update('text').verify(publicKey, signature)).toBe(true);
  });

  it('are published without their private halves', async () => {
    const [jwk] = await tenantSigningKeys(catalog, secrets).jwks();
    expect(Object.keys(jwk ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('of operators are not those of tenants', async () => {
    const [tenants, operators] = [
      await kidsOf(tenantSigningKeys(catalog, secrets)),
      await kidsOf(operatorSigningKeys(control, catalog, secrets)),
    ];
    expect(tenants).toEqual((await ofPurpose('TENANT')).reverse());
    expect(operators).toEqual(await ofPurpose('OPERATOR'));
    expect(tenants.filter((kid) => operators.includes(kid))).toEqual([]);
  });

  it('are read once for many that ask', async () => {
    const keys = tenantSigningKeys(catalog, secrets);
    const before = reads();
    await Promise.all(Array.from({ length: 20 }, () => keys.current()));
    await keys.jwks();
    expect(reads()).toBe(before + 1);
  });

  it('that are new verify as soon as they are notified of, and sign when everybody knows them', async () => {
    const keys = tenantSigningKeys(catalog, secrets);
    const { kid: old } = await keys.current();
    const kid = await rotate(new Date(Date.now() + 60_000));
    expect((await keys.current()).kid).toBe(old);
    expect(await kidsOf(keys)).toEqual([kid, old]);
    expect(await keys.find(kid)).toBeDefined();
    const ago = new Date(Date.now() - 2000);
    await plane.query('UPDATE "SigningKey" SET "createdAt" = $1 WHERE "kid" = $2', [ago, kid]);
    while ((await keys.current()).kid !== kid) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await keys.find(old)).toBeDefined();
  });

  it('neither sign nor verify past their time, and then the newest signs at once', async () => {
    const keys = tenantSigningKeys(catalog, secrets);
    const former = await kidsOf(keys);
    const kid = await rotate();
    const soon = new Date(Date.now() + 1500);
    await plane.query('UPDATE "SigningKey" SET "notAfter" = $1 WHERE "kid" = ANY ($2)', [soon, former]);
    while ((await kidsOf(keys)).length > 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Date.now()).toBeGreaterThanOrEqual(soon.getTime());
    expect((await keys.current()).kid).toBe(kid);
    for (const retired of former) expect(await keys.find(String(retired))).toBeUndefined();
  });

  it('that nobody has are looked up once a second at most', async () => {
    let now = 0;
    const keys = tenantSigningKeys(catalog, secrets, { clock: () => now });
    await keys.current();
    const before = reads();
    for (let guess = 0; guess < 5; guess++) expect(await keys.find(`guess ${guess}`)).toBeUndefined();
    expect(reads()).toBe(before);
    now = 1000;
    for (let guess = 0; guess < 5; guess++) expect(await keys.find(`guess ${guess}`)).toBeUndefined();
    expect(reads()).toBe(before + 1);
  });

  it('are read again after a minute, and serve for 30 seconds more while they cannot be', async () => {
    let now = 0;
    const keys = tenantSigningKeys(catalog, secrets, { clock: () => now });
    const { kid } = await keys.current();
    const before = reads();
    now = 60_000;
    await keys.current();
    expect(reads()).toBe(before + 1);
    proxy.treat('refuse');
    now = 149_999;
    expect((await keys.current()).kid).toBe(kid);
    expect(await keys.find(kid)).toBeDefined();
    expect(await keys.find('guess')).toBeUndefined();
    now = 150_000;
    await expect(keys.current()).rejects.toThrow(CatalogUnavailable);
    proxy.treat('pass');
    expect((await eventually(() => keys.current())).kid).toBe(kid);
  });

  it('cannot be opened without the key that sealed them', async () => {
    const others = new Secrets([{ id: 'k2', key: randomBytes(32) }]);
    await expect(tenantSigningKeys(catalog, others).current()).rejects.toMatchObject({
      name: 'UnknownEncryptionKey',
      keyId: 'k1',
    });
  });
});
