import { ControlDatabase, Prisma, type MigrationRehearsal, type RehearsalChoice } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { isServed, mustHaveDatabaseSql } from '../tenant-status/tenant-policy.js';
import { lackingIn } from '../tenant-databases/schema-sets.js';
import type { Awaiting, Forecast, Measured } from './forecast.js';
import type { Rehearsed } from './tenant-rehearsal.js';

/** How long rehearsals are kept. */
const keptDays = 90;

/** A tenant whose turn it is. */
export interface RehearsalTurn {
  readonly id: string;
  readonly tenantId: string;
}

/** Deletes rehearsals of long ago. */
export async function forgetOldRehearsals(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "MigrationRehearsal" WHERE "createdAt" < now() - make_interval(days => ${keptDays}::int) AND "status" = 'DONE'`;
}

/** The state of each rehearsal, in the control database: a process that takes one over reads it. */
@Injectable()
export class RehearsalRepository {
  constructor(private readonly control: ControlDatabase) {}

  /** Those that have not ended. */
  async open(): Promise<readonly string[]> {
    const rows = await this.control.client.migrationRehearsal.findMany({
      where: { status: 'RUNNING' },
      orderBy: { createdAt: 'asc' },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  find(id: string): Promise<MigrationRehearsal | null> {
    return this.control.client.migrationRehearsal.findUnique({ where: { id } });
  }

  /** Puts the largest, the oldest and a random ACTIVE tenant on the list, and those that were named. `sizes`: bytes by database. */
  async choose({ id, named }: MigrationRehearsal, sizes: ReadonlyMap<string, number>): Promise<void> {
    await this.control.transaction(async (tx) => {
      const active = await tx.tenant.findMany({
        where: { status: { in: isServed.statuses } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        select: { id: true, databaseName: true },
      });
      const bySize = [...active].sort((a, b) => (sizes.get(b.databaseName) ?? 0) - (sizes.get(a.databaseName) ?? 0));
      const chosen = new Map<string, RehearsalChoice>();
      const add = (tenantId: string | undefined, choice: RehearsalChoice) => {
        if (tenantId !== undefined && !chosen.has(tenantId)) chosen.set(tenantId, choice);
      };
      add(bySize[0]?.id, 'LARGEST');
      add(active[0]?.id, 'OLDEST');
      const others = active.filter((tenant) => !chosen.has(tenant.id));
      add(others[Math.floor(Math.random() * others.length)]?.id, 'RANDOM');
      const there = await tx.tenant.findMany({ where: { id: { in: named } }, select: { id: true } });
      for (const tenant of there) add(tenant.id, 'NAMED');
      const { count } = await tx.migrationRehearsal.updateMany({
        where: { id, chosenAt: null },
        data: { chosenAt: new Date() },
      });
      if (count === 0) return;
      await tx.rehearsedTenant.createMany({
        data: [...chosen].map(([tenantId, choice], position) => ({ rehearsalId: id, tenantId, choice, position })),
      });
    });
  }

  /** The next tenant that was not tried. */
  async next(rehearsalId: string): Promise<RehearsalTurn | undefined> {
    const row = await this.control.client.rehearsedTenant.findFirst({
      where: { rehearsalId, doneAt: null },
      orderBy: { position: 'asc' },
      select: { id: true, tenantId: true },
    });
    return row ?? undefined;
  }

  /** Writes down what was found; a tenant that has no database any more leaves the list. */
  async settle(id: string, rehearsed: Rehearsed | undefined): Promise<void> {
    const { rehearsedTenant } = this.control.client;
    if (rehearsed === undefined) return void (await rehearsedTenant.deleteMany({ where: { id } }));
    const { sizeBytes, sizeChange, locks, ...found } = rehearsed;
    await rehearsedTenant.updateMany({
      where: { id },
      data: {
        ...found,
        applied: [...found.applied],
        rewrites: [...found.rewrites],
        sizeBytes: sizeBytes === null ? null : BigInt(sizeBytes),
        sizeChange: sizeChange === null ? null : BigInt(sizeChange),
        locks: locks as unknown as Prisma.InputJsonValue,
        doneAt: new Date(),
      },
    });
  }

  /** What was measured on copies that got a migration. */
  async measured(rehearsalId: string): Promise<readonly Measured[]> {
    const rows = await this.control.client.rehearsedTenant.findMany({
      where: { rehearsalId, error: null, applied: { isEmpty: false } },
    });
    return rows.flatMap(({ sizeBytes, durationMs, sizeChange }) =>
      sizeBytes === null || durationMs === null || sizeChange === null
        ? []
        : [{ sizeBytes: Number(sizeBytes), durationMs, sizeChange: Number(sizeChange) }],
    );
  }

  /** The tenants that lack one of these migrations. */
  async awaiting(names: readonly string[], sizes: ReadonlyMap<string, number>): Promise<readonly Awaiting[]> {
    const rows = await this.control.client.$queryRaw<
      { serverId: string; databaseName: string; schemaVersion: string | null; names: string[] | null }[]
    >`
      SELECT t."serverId"::text AS "serverId", t."databaseName", t."schemaVersion", s."names"
        FROM "Tenant" t LEFT JOIN "SchemaSet" s ON s."id" = t."schemaSetId" WHERE ${mustHaveDatabaseSql}`;
    const migrations = names.map((name) => ({ name }));
    return rows
      .filter(({ schemaVersion, names: had }) => {
        const schemaSet = had === null ? null : { names: had };
        return lackingIn({ schemaSet, schemaVersion }, migrations).length > 0;
      })
      .map(({ serverId, databaseName }) => ({ serverId, sizeBytes: sizes.get(databaseName) }));
  }

  /** Ends a rehearsal of which nothing is left. */
  async finish(id: string, forecast: Forecast | null): Promise<void> {
    await this.control.client.migrationRehearsal.updateMany({
      where: { id, status: 'RUNNING', tenants: { none: { doneAt: null } } },
      data: { status: 'DONE', finishedAt: new Date(), forecast: forecast === null ? Prisma.DbNull : { ...forecast } },
    });
  }
}
