import { ControlDatabase } from '@helpdeskly/catalog';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { isShut } from '../tenant-status/tenant-policy.js';
import { LifecycleQueue } from './lifecycle-queue.js';
import type { LifecycleTask } from './lifecycle-task.js';

const intervalMs = 2000;
const batch = 1000;

/**
 * Queues what the control database asks for and the queue has lost, or never got. So a purge begins within
 * seconds of its time, whatever happened to its job.
 */
@Injectable()
export class LifecycleSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('lifecycle_sweep', () => this.sweep()),
    new Logger('LifecycleSweep'),
  );

  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: LifecycleQueue,
    private readonly background: BackgroundMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
  }

  /** Does not change a job that exists. Tenants on servers that are OFFLINE wait until those are back. */
  async sweep(): Promise<void> {
    const due = await this.control.client.$queryRaw<{ id: string; generation: number; task: LifecycleTask }[]>`
      WITH reachable AS (
        SELECT t.* FROM "Tenant" t JOIN "DatabaseServer" s ON s."id" = t."serverId" AND s."state" <> 'OFFLINE')
      SELECT "id"::text AS "id", "generation", 'purge' AS "task" FROM reachable WHERE "purgeAt" <= clock_timestamp()
      UNION ALL
      SELECT "id"::text, "generation", CASE WHEN "nextRoleName" IS NULL THEN 'retire' ELSE 'rotate' END
        FROM reachable
       WHERE ("nextRoleName" IS NOT NULL OR "formerRoleName" IS NOT NULL) AND "purgeStartedAt" IS NULL
      UNION ALL
      SELECT "id"::text, "generation", 'access'
        FROM reachable
       WHERE "accessOpen" AND "status" = ANY (${isShut.statuses}::text[]::"TenantStatus"[]) AND "purgeStartedAt" IS NULL
      LIMIT ${batch}`;
    for (const { id: tenantId, generation, task } of due) await this.queue.addAgain(task, { tenantId, generation });
  }
}
