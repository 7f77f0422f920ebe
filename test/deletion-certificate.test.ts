import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, until, type System } from '@helpdeskly/testing';
import { backUp } from './backing-up.js';

let system: System;

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
    expect(statement.deleted).toContain('DATABASE');
    expect((await system.operator.delete(`/backups/${backup.id}`)).status).toBe(204);
    const { body: later } = await system.operator.get(path);
    expect(later).toMatchObject({ archives: [], archiveKey: 'DESTROYED', archivesUntil: null });
    expect((await system.operator.get(`/deletion-certificates/${backup.id}`)).status).toBe(404);
  });
});

afterAll(() => system?.close());
