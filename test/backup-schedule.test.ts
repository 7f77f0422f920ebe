import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, until, urlOf, type System } from '@helpdeskly/testing';

let system: System;

beforeAll(async () => {
  system = await startSystem({ control: { BACKUP_EVERY: '1s' } });
});

afterAll(() => system?.close());

interface Backup {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
}

const backupsOf = async (tenantId: string): Promise<Backup[]> =>
  (await system.operator.get(`/backups?tenantId=${tenantId}`)).body.data;

describe('the schedule of backups', () => {
  it('backs up every tenant again and again, in its own name', async () => {
    const tenants = [await system.createTenant(), await system.createTenant()];
    for (const { id } of tenants) {
      const done = async () => (await backupsOf(id)).filter(({ status }) => status === 'DONE').length;
      await until(async () => (await done()) >= 2);
      expect(new Set((await backupsOf(id)).map(({ reason }) => reason))).toEqual(new Set(['scheduled']));
      const { body } = await system.operator.get(`/tenants/${id}/events`);
      const ordered = body.data.filter(({ action }: { action: string }) => action === 'backup.ordered');
      expect(ordered.map(({ actor }: { actor: { type: string } }) => actor.type)).toContain('SYSTEM');
    }
  });

  it('goes on for the others when one cannot be backed up', async () => {
    const broken = await system.createTenant();
    await connected(urlOf(broken.databaseName), (client) =>
      client.query('CREATE UNLOGGED TABLE "Fleeting" ("id" int)'),
    );
    await until(async () => (await backupsOf(broken.id)).some(({ status }) => status === 'FAILED'));
    const other = await system.createTenant();
    await until(async () => (await backupsOf(other.id)).some(({ status }) => status === 'DONE'));
  });
});
