import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { backUp, readBackup } from './backing-up.js';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});

afterAll(() => system?.close());

const read = (id: string) => readBackup(system, id);
const backupsOf = async (id: string) => (await system.operator.get(`/backups?tenantId=${id}&status=DONE`)).body.data;

const summaryOf = async (slug: string) => {
  for (let next = '/backups/summary?limit=100'; ;) {
    const { status, body } = await system.operator.get(next);
    expect(status).toBe(200);
    const found = body.data.find(({ tenantSlug }: { tenantSlug: string }) => tenantSlug === slug);
    if (found !== undefined || !body.meta.hasMore) return found;
    next = `/backups/summary?limit=100&cursor=${body.meta.nextCursor}`;
  }
};

const incidents = async (kind: string, tenantSlug: string | null) => {
  const { body } = await system.operator.get(`/incidents?state=open&kind=${kind}`);
  return body.data.filter((each: any) => each.tenantSlug === tenantSlug);
};

const change = (id: string, backupPolicy: unknown) => system.operator.patch(`/tenants/${id}`, { backupPolicy });

describe("a tenant's backup policy", () => {
  it('is the installation’s until it has its own, which the schedule and the retention follow', async () => {
    const { id } = await system.createTenant();
    const standard = { every: null, keep: { daily: 7, weekly: 4, monthly: 6 } };
    expect((await system.operator.get(`/tenants/${id}`)).body.backupPolicy).toEqual(standard);
    const own = { every: '1s', keep: { daily: 2, weekly: 0, monthly: 0 } };
    const { status, body } = await change(id, own);
    expect([status, body.backupPolicy]).toEqual([200, own]);
    expect((await change(id, own)).body.version).toBe(body.version);
    await until(async () => (await backupsOf(id)).length > 0);
    expect((await change(id, { every: null })).body.backupPolicy).toEqual(standard);
    const [backup] = await backupsOf(id);
    expect(Date.parse(backup.expiresAt) - Date.parse(backup.takenAt)).toBe(2 * 86_400_000);
    expect((await change(id, null)).body.backupPolicy).toEqual(standard);
    const { body: events } = await system.operator.get(`/tenants/${id}/events`);
    expect(events.data.map(({ action }: { action: string }) => action)).toContain('tenant.updated');
  });

  it('is refused where it is none', async () => {
    const { id } = await system.createTenant();
    const keep = { daily: 1, weekly: 0, monthly: 0 };
    const wrong = [
      {},
      { every: 'soon' },
      { every: '10ms' },
      { every: '24h', keep: { ...keep, daily: 0 } },
      { every: '24h', keep: {} },
    ];
    for (const policy of [...wrong, { every: '24h', keep, more: 1 }, 'daily'])
      expect([policy, (await change(id, policy)).body.code]).toEqual([policy, 'validation_failed']);
  });

  it('that is not kept is an incident until a backup is there', async () => {
    const { id, slug } = await system.createTenant();
    const backup = await backUp(system, { id });
    expect(await summaryOf(slug)).toMatchObject({
      every: null,
      lastBackupId: backup.id,
      overdue: false,
      lastProofAt: null,
    });
    expect((await change(id, { every: '1h' })).status).toBe(200);
    expect(await summaryOf(slug)).toMatchObject({ every: '1h', overdue: false });
    await system.installation.query(`UPDATE "Backup" SET "takenAt" = now() - interval '3 hours' WHERE "id" = $1`, [
      backup.id,
    ]);
    const overdue = await summaryOf(slug);
    expect(overdue.overdue).toBe(true);
    expect(overdue.rpoSeconds).toBeGreaterThanOrEqual(3 * 3600);
    expect(await incidents('backup_overdue', slug)).toHaveLength(1);
    await backUp(system, { id });
    expect(await summaryOf(slug)).toMatchObject({ overdue: false });
    expect(await incidents('backup_overdue', slug)).toEqual([]);
  });

  it('is followed by proofs, of which the summary tells', async () => {
    const { id, slug } = await system.createTenant();
    const backup = await backUp(system, { id });
    await system.operator.post(`/backups/${backup.id}/verify`);
    await until(async () => (await read(backup.id)).verifiedAt !== null);
    expect(await summaryOf(slug)).toMatchObject({ lastProofId: backup.id, lastProofAt: expect.any(String) });
  });
});

describe('a purge', () => {
  it('takes the backups along when it is asked to, and with the last one the key', async () => {
    const { id } = await system.createTenant();
    const backup = await backUp(system, { id });
    expect((await system.operator.delete(`/tenants/${id}?purge=now&backups=delete`)).status).toBe(202);
    await until(async () => (await system.operator.get(`/backups/${backup.id}`)).status === 404);
    expect(await system.installation.query('SELECT FROM "ArchiveKey" WHERE "tenantId" = $1', [id])).toEqual([]);
    await until(
      async () => !(await readdir(system.installation.backupsFolder)).some((name) => name.includes(backup.id)),
    );
  });

  it('that was taken back leaves them alone', async () => {
    const { id } = await system.createTenant();
    const backup = await backUp(system, { id });
    await system.operator.delete(`/tenants/${id}?backups=delete`);
    expect((await system.operator.post(`/tenants/${id}/restore`)).status).toBe(200);
    await system.operator.delete(`/tenants/${id}?purge=now`);
    await until(async () => (await system.operator.get(`/tenants/${id}`)).status === 404);
    expect((await read(backup.id)).status).toBe('DONE');
  });
});

describe('archives that the control database does not know', () => {
  it('are an incident until they are gone', async () => {
    const { id } = await system.createTenant();
    const [known, unknown] = [await backUp(system, { id }), await backUp(system, { id })];
    await system.installation.query('DELETE FROM "Backup" WHERE "id" = $1', [unknown.id]);
    expect((await system.operator.delete(`/backups/${known.id}`)).status).toBe(204); // Has the store looked at.
    const [incident] = await incidents('unknown_archives', null);
    expect(incident.message).toContain(unknown.id);
    await rm(join(system.installation.backupsFolder, `backup-${unknown.id}-1`), { recursive: true });
    const another = await backUp(system, { id });
    expect((await system.operator.delete(`/backups/${another.id}`)).status).toBe(204);
    expect(await incidents('unknown_archives', null)).toEqual([]);
  });
});
