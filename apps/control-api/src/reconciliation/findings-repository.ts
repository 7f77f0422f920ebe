import { ControlDatabase, type ReconciliationFinding } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import type { Finding } from './finding.js';

/** How long a resolved finding is kept. */
const memoryDays = 30;

/** Findings and their outcomes, in the control database: sightings of different processes add up. */
@Injectable()
export class FindingsRepository {
  constructor(private readonly control: ControlDatabase) {}

  /** Records the findings of one comparison of a place; earlier findings that are missing now are resolved. */
  async record(place: string, findings: readonly Finding[]): Promise<void> {
    await this.control.transaction(async (tx) => {
      const [{ now }] = await tx.$queryRaw<[{ now: Date }]>`SELECT clock_timestamp() AS now`;
      for (const { kind, subject, tenantId = null, detail, action } of findings) {
        await tx.$executeRaw`
          INSERT INTO "ReconciliationFinding" AS f ("kind", "place", "subject", "tenantId", "detail", "action")
          VALUES (${kind}, ${place}, ${subject}, ${tenantId}::uuid, ${detail}, ${action}::"FindingAction")
          ON CONFLICT ("place", "kind", "subject") WHERE "resolvedAt" IS NULL
          DO UPDATE SET "sightings" = f."sightings" + 1, "lastSeenAt" = clock_timestamp(), "detail" = EXCLUDED."detail"`;
      }
      await tx.$executeRaw`
        UPDATE "ReconciliationFinding" SET "resolution" = 'VANISHED', "resolvedAt" = clock_timestamp()
         WHERE "place" = ${place} AND "resolvedAt" IS NULL AND "lastSeenAt" < ${now}`;
      await tx.$executeRaw`
        INSERT INTO "ReconciliationCheck" ("place", "checkedAt") VALUES (${place}, clock_timestamp())
        ON CONFLICT ("place") DO UPDATE SET "checkedAt" = EXCLUDED."checkedAt", "error" = NULL`;
    });
  }

  /** A place that could not be compared keeps the time of its last comparison. */
  async recordFailure(place: string, error: string): Promise<void> {
    await this.control.client.$executeRaw`
      INSERT INTO "ReconciliationCheck" ("place", "error") VALUES (${place}, ${error})
      ON CONFLICT ("place") DO UPDATE SET "error" = EXCLUDED."error"`;
  }

  /** Findings that were seen often enough, for long enough. */
  due(place: string, minimumAgeMs: number, templateAgeMs: number): Promise<ReconciliationFinding[]> {
    return this.control.client.$queryRaw<ReconciliationFinding[]>`
      SELECT * FROM "ReconciliationFinding"
       WHERE "place" = ${place} AND "resolvedAt" IS NULL AND "action" <> 'REPORT' AND "sightings" >= 2
         AND "firstSeenAt" <= clock_timestamp()
               - make_interval(secs => (CASE "kind" WHEN 'superseded_template' THEN ${templateAgeMs}::float8 ELSE ${minimumAgeMs}::float8 END) / 1000)
       ORDER BY "firstSeenAt"`;
  }

  async resolve({ id, kind, subject, place, tenantId, action }: ReconciliationFinding): Promise<void> {
    const resolution = action === 'REMOVE' ? 'REMOVED' : 'REPAIRED';
    await this.control.transaction(async (tx) => {
      const { count } = await tx.reconciliationFinding.updateMany({
        where: { id, resolvedAt: null },
        data: { resolution, resolvedAt: new Date(), error: null },
      });
      if (count === 0) return;
      await recordSystemEvent(tx, {
        action: `reconciliation.${resolution.toLowerCase()}`,
        ...(tenantId === null ? {} : { tenantId }),
        details: { kind, subject, place },
      });
    });
  }

  async resist(id: string, error: string): Promise<void> {
    await this.control.client.reconciliationFinding.updateMany({ where: { id, resolvedAt: null }, data: { error } });
  }

  /** The finding was over before the reconciler acted. */
  async vanish({ id }: ReconciliationFinding): Promise<void> {
    await this.control.client.reconciliationFinding.updateMany({
      where: { id, resolvedAt: null },
      data: { resolution: 'VANISHED', resolvedAt: new Date(), error: null },
    });
  }

  /** Deletes findings resolved long ago, and places that no longer exist. */
  async tidy(places: readonly string[]): Promise<void> {
    await this.control.client.$executeRaw`
      DELETE FROM "ReconciliationFinding" WHERE "resolvedAt" < clock_timestamp() - make_interval(days => ${memoryDays}::int)`;
    await this.control.client.reconciliationCheck.deleteMany({ where: { place: { notIn: [...places] } } });
    await this.control.client.$executeRaw`
      UPDATE "ReconciliationFinding" SET "resolution" = 'VANISHED', "resolvedAt" = clock_timestamp()
       WHERE "resolvedAt" IS NULL AND NOT "place" = ANY (${[...places]}::text[])`;
  }
}
