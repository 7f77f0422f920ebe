import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { BackupOrders } from './backup-orders.js';

/** Sends one archive of each server to be proved each day: of the tenant whose last proof is longest ago, the newest one. */
@Injectable()
export class BackupProofs {
  constructor(
    private readonly control: ControlDatabase,
    private readonly orders: BackupOrders,
  ) {}

  async run(): Promise<void> {
    for (const serverId of await this.claim()) {
      const backupId = await this.next(serverId);
      if (backupId !== undefined) await this.orders.orderProof(backupId);
    }
  }

  /** The servers whose day has come; each for one process alone. */
  private async claim(): Promise<string[]> {
    const rows = await this.control.client.$queryRaw<{ id: string }[]>`
      UPDATE "DatabaseServer" s SET "proofOrderedAt" = now()
       WHERE s."state" <> 'OFFLINE' AND (s."proofOrderedAt" IS NULL OR s."proofOrderedAt" < now() - interval '1 day')
         AND EXISTS (SELECT FROM "Backup" b JOIN "Tenant" t ON t."id" = b."tenantId"
                      WHERE t."serverId" = s."id" AND b."status" = 'DONE' AND b."finishedAt" < now() - interval '1 hour')
      RETURNING s."id"::text AS "id"`;
    return rows.map(({ id }) => id);
  }

  private async next(serverId: string): Promise<string | undefined> {
    const [row] = await this.control.client.$queryRaw<{ id: string }[]>`
      SELECT (array_agg(b."id" ORDER BY b."takenAt" DESC))[1]::text AS "id"
        FROM "Backup" b JOIN "Tenant" t ON t."id" = b."tenantId"
       WHERE t."serverId" = ${serverId}::uuid AND b."status" = 'DONE' AND b."brokenSince" IS NULL
       GROUP BY t."id" ORDER BY max(b."verifiedAt") NULLS FIRST, t."id" LIMIT 1`;
    return row?.id;
  }
}
