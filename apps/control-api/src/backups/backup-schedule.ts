import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { isKept } from '../tenant-status/tenant-policy.js';
import { BackupOrders } from './backup-orders.js';
import { NothingToBackUp } from './errors.js';

/** How many backups wait or run at most because of the schedule: so the first ones spread the later ones too. */
const mostAtOnce = 10;
/** After a failed backup the schedule waits so long, or as long as between two backups if that is shorter; in seconds. */
const pauseSeconds = 600;

/** Orders a backup of each tenant whose last one is older than its policy says. */
@Injectable()
export class BackupSchedule {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly orders: BackupOrders,
  ) {}

  /** `everyMs` is for tenants without a policy of their own. One process at a time. */
  async run(everyMs: number): Promise<void> {
    await this.locks.tryHold('helpdeskly backup schedule', '', async () => {
      for (const tenantId of await this.due(everyMs))
        await this.orders.orderScheduled(tenantId).catch((error: unknown) => {
          if (!(error instanceof NothingToBackUp)) throw error; // Its status has changed since.
        });
    });
  }

  /** Those whose last backup is oldest first. A new tenant's time counts from its activation. */
  private async due(everyMs: number): Promise<string[]> {
    const rows = await this.control.client.$queryRaw<{ id: string }[]>`
      WITH last AS (
        SELECT t."id", coalesce(t."backupEveryMs", ${everyMs})::float8 / 1000 AS "every",
               coalesce((SELECT max(b."startedAt") FROM "Backup" b WHERE b."tenantId" = t."id" AND b."status" <> 'FAILED'),
                        t."activatedAt") AS "begun",
               (SELECT max(b."finishedAt") FROM "Backup" b WHERE b."tenantId" = t."id" AND b."status" = 'FAILED') AS "failed"
          FROM "Tenant" t JOIN "DatabaseServer" s ON s."id" = t."serverId" AND s."state" <> 'OFFLINE'
         WHERE t."status" = ANY (${isKept.statuses}::text[]::"TenantStatus"[])
           AND NOT EXISTS (SELECT FROM "Backup" b WHERE b."tenantId" = t."id" AND b."status" = 'RUNNING'))
      SELECT "id"::text AS "id" FROM last
       WHERE "every" > 0 AND "begun" <= now() - make_interval(secs => "every")
         AND ("failed" IS NULL OR "failed" <= now() - make_interval(secs => least("every", ${pauseSeconds}::float8)))
       ORDER BY "begun", "id"
       LIMIT (SELECT greatest(0, ${mostAtOnce}::int - count(*)) FROM "Backup" WHERE "status" = 'RUNNING')`;
    return rows.map(({ id }) => id);
  }
}
