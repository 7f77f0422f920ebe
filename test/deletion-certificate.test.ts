import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, until, urlOf, type System } from '@helpdeskly/testing';
import { backUp } from './backing-up.js';

let system: System;
const newSlug = () => `copy-${randomBytes(4).toString('hex')}`;

beforeAll(async () => {
  system = await sharedSystem();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a certificate of deletion', () => {
  it('says what is gone, which archives are left until when, and that their key went with the last', async () => {
    const tenant = await system.createTenant();
    const backup = await backUp(system, tenant);
    const path = `/deletion-certificates/${tenant.id}`;
    expect((await system.operator.get(path)).status).toBe(404);
    await system.operator.delete(`/tenants/${tenant.id}?purge=now`);
    await until(async () => (await system.operator.get(path)).status === 200);
    const { body: key } = await system.operator.post('/api-keys', { name: 'viewer', role: 'VIEWER' });
    const viewer = system.control.as({ authorization: `Bearer ${key.key}` });
    const { body } = await viewer.get(path);
    const purged = (slug: string) => viewer.get(`/deletion-certificates?slug=${slug}`);
    expect((await purged(tenant.slug)).body.data).toEqual([
      {
        tenantId: tenant.id,
        databaseName: tenant.databaseName,
        createdAt: body.createdAt,
        deletedAt: body.deletedAt,
        purgedAt: body.purgedAt,
      },
    ]);
    expect((await purged(tenant.slug.slice(0, -1))).body.data).toEqual([]);
    const { body: all } = await viewer.get('/deletion-certificates?limit=1&include=total');
    expect([all.data.length, all.meta.total]).toEqual([1, expect.any(Number)]);
    const { sha256: hash, ...statement } = body;
    expect(hash).toBe(sha256(JSON.stringify(statement)));
    expect(statement).toMatchObject({
      tenantId: tenant.id,
      slugSha256: sha256(tenant.slug),
      databaseName: tenant.databaseName,
      archives: [{ id: backup.id, takenAt: expect.any(String), sha256: backup.sha256 }],
      archiveKey: 'KEPT',
      archivesUntil: backup.expiresAt,
    });
    expect(statement.deleted).toEqual(['DATABASE', 'LOGIN_ROLES', 'FILES', 'SECRETS', 'CATALOG_ROW']);
    expect(statement.copies).toEqual([]);
    expect((await system.operator.delete(`/backups/${backup.id}`)).status).toBe(204);
    const { body: later } = await system.operator.get(path);
    expect(later).toMatchObject({ archives: [], archiveKey: 'DESTROYED', archivesUntil: null });
    expect((await system.operator.get(`/deletion-certificates/${backup.id}`)).status).toBe(404);
  });

  it('names the tenants that were made of it and are there, and of those that are gone', async () => {
    const tenant = await system.createTenant();
    const backup = await backUp(system, tenant);
    const copy = async (path: string, more: object): Promise<string> => {
      const { status, body } = await system.operator.post(path, { slug: newSlug(), name: 'Copy', ...more });
      expect(status).toBe(202);
      await until(async () => (await system.operator.get(`/tenants/${body.id}`)).body.status === 'ACTIVE');
      return body.id as string;
    };
    const clone = await copy(`/tenants/${tenant.id}/clone`, { anonymize: true });
    const beside = await copy(`/backups/${backup.id}/restore`, { as: 'NEW' });
    const further = await copy(`/tenants/${beside}/clone`, {});
    const other = await system.createTenant();
    for (const id of [beside, tenant.id]) await system.operator.delete(`/tenants/${id}?purge=now&backups=delete`);
    const path = `/deletion-certificates/${tenant.id}`;
    await until(async () => (await system.operator.get(path)).status === 200);
    await until(async () => (await system.operator.get(`/tenants/${beside}`)).status === 404);
    const { copies } = (await system.operator.get(path)).body;
    expect(copies).toEqual([
      { id: clone, kind: 'ANONYMIZED' },
      { id: further, kind: 'CLONE' },
    ]);
    expect(copies).not.toContainEqual(expect.objectContaining({ id: other.id }));
  });

  it('does not say that files are gone where nobody knows it', async () => {
    const id = randomUUID(); // Of a purge whose event does not say that it had the storage.
    await connected(urlOf(system.installation.database), (control) =>
      control.query(
        `INSERT INTO "TenantTombstone" ("id", "slugHash", "nameHash", "databaseName", "createdAt", "deletedAt", "purgedAt")
         VALUES ($1, '', '', 't_gone', now(), now(), now())`,
        [id],
      ),
    );
    const path = `/deletion-certificates/${id}`;
    expect((await system.operator.get(path)).body.deleted).not.toContain('FILES');
  });
});

afterAll(() => system?.close());
