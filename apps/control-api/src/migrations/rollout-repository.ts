import { ControlDatabase, type MigrationRun } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { driven } from './run-stages.js';

/** How far a run's stages have come, in the control database: a process that takes over a run reads it. */
@Injectable()
export class RolloutRepository {
  constructor(private readonly control: ControlDatabase) {}

  /** Whether the current attempt took a tenant from position `from` on, before `below`. */
  async worked({ id, startedAt }: MigrationRun, from: number, below: number | null): Promise<boolean> {
    const position = { gte: from, ...(below === null ? {} : { lt: below }) };
    const where = { runId: id, position, startedAt: { gte: startedAt } };
    return (await this.control.client.tenantMigration.findFirst({ where, select: { id: true } })) !== null;
  }

  /** Ends a stage; the run then soaks for `soakMs`. Does nothing if the run was paused or has ended since. */
  async endStage({ id, attempt }: MigrationRun, stage: number, soakMs: number): Promise<void> {
    await this.control.client.$executeRaw`
      UPDATE "MigrationRun"
         SET "stage" = ${stage + 1}, "version" = "version" + 1, "updatedAt" = clock_timestamp(),
             "status" = CASE WHEN ${soakMs}::float8 > 0 THEN 'SOAKING' ELSE 'RUNNING' END::"MigrationRunStatus",
             "soakUntil" = CASE WHEN ${soakMs}::float8 > 0
                                THEN clock_timestamp() + ${soakMs}::float8 * interval '1 millisecond' END
       WHERE "id" = ${id}::uuid AND "attempt" = ${attempt} AND "status" = 'RUNNING' AND "stage" = ${stage}`;
  }

  /** How long the run soaks still, in milliseconds by the database's clock; 0 if it does not. Undefined if it must not go on. */
  async soaking({ id, attempt }: MigrationRun): Promise<number | undefined> {
    const [row] = await this.control.client.$queryRaw<{ leftMs: number }[]>`
      SELECT CASE "status" WHEN 'SOAKING'
             THEN greatest(0, extract(epoch FROM "soakUntil" - clock_timestamp()) * 1000) ELSE 0 END::float8 AS "leftMs"
        FROM "MigrationRun"
       WHERE "id" = ${id}::uuid AND "attempt" = ${attempt} AND "status" = ANY (${driven}::"MigrationRunStatus"[])`;
    return row?.leftMs;
  }

  /** Ends a soak whose time is up. */
  async endSoak({ id, attempt }: MigrationRun): Promise<void> {
    await this.control.client.$executeRaw`
      UPDATE "MigrationRun"
         SET "status" = 'RUNNING', "soakUntil" = NULL, "version" = "version" + 1, "updatedAt" = clock_timestamp()
       WHERE "id" = ${id}::uuid AND "attempt" = ${attempt}
         AND "status" = 'SOAKING' AND "soakUntil" <= clock_timestamp()`;
  }

  /** Tenants that the run has migrated. */
  async migrated({ id }: MigrationRun): Promise<readonly string[]> {
    const rows = await this.control.client.tenantMigration.findMany({
      where: { runId: id, state: 'DONE', applied: { isEmpty: false } },
      select: { tenantId: true },
    });
    return rows.map(({ tenantId }) => tenantId);
  }
}
