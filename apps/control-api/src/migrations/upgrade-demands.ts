import { ChannelListener, ControlDatabase, upgradeChannel } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { describeFailure } from '@helpdeskly/database';
import { isUuid } from '@helpdeskly/http';
import { Metrics } from '@helpdeskly/service';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Gauge } from 'prom-client';
import { controlConfig } from '../configuration/tokens.js';
import { unended } from './run-stages.js';

/** Demands within this time are handled together, in milliseconds. */
const gatherMs = 200;
/** After how long recently demanded tenants are checked again, in milliseconds. */
const againMs = 1000;
/** After this time without a demand, the tenant is served, or nobody uses it. */
const freshMs = 60_000;
/** How often the log repeats a message about one tenant, in milliseconds. */
const silenceMs = 600_000;

/**
 * Hears which tenants app-api refuses because their schema is older than its build needs, and moves them to the front of the
 * current migration run. Without a run, the log and a metric report them; a run begins only on request.
 */
@Injectable()
export class UpgradeDemands implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('UpgradeDemands');
  private readonly listener: ChannelListener;
  private readonly recent = new LRUCache<string, true>({ max: 10_000, ttl: freshMs, ttlAutopurge: false });
  private readonly told = new LRUCache<string, true>({ max: 10_000, ttl: silenceMs });
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private closing = false;

  constructor(
    private readonly control: ControlDatabase,
    @Inject(controlConfig) { controlDatabaseUrl }: ControlConfig,
    { registry }: Metrics,
  ) {
    this.listener = new ChannelListener(controlDatabaseUrl, upgradeChannel, {
      listening: () => undefined,
      deaf: () => undefined,
      notified: (tenantId) => this.demanded(tenantId),
    });
    const { recent } = this;
    new Gauge({
      name: 'helpdeskly_tenants_upgrading',
      help: 'Tenants that app-api refused within the last minute because they lack migrations which its build requires',
      registers: [registry],
      collect() {
        recent.purgeStale();
        this.set(recent.size);
      },
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    await this.listener.close();
    await this.looking;
  }

  private demanded(tenantId: string): void {
    if (!isUuid(tenantId)) return;
    this.recent.set(tenantId, true);
    this.lookIn(gatherMs);
  }

  /** Repeats the check until the demands end: a run may begin after a demand. */
  private lookIn(milliseconds: number): void {
    if (this.closing) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.looking = this.look()
        .catch((error: unknown) => this.log.warn(`Tenants that wait were not moved up: ${describeFailure(error)}`))
        .then(() => this.recent.purgeStale())
        .then(() => (this.recent.size > 0 ? this.lookIn(againMs) : undefined));
    }, milliseconds);
  }

  private async look(): Promise<void> {
    const ids = [...this.recent.keys()];
    const rows = await this.control.client.$queryRaw<{ id: string; slug: string; comes: boolean }[]>`
      WITH moved AS (
        UPDATE "TenantMigration" m
           SET "movedUpAt" = clock_timestamp()
          FROM "MigrationRun" r
         WHERE r."id" = m."runId" AND r."status" = ANY (${unended}::"MigrationRunStatus"[]) AND NOT r."dryRun"
           AND m."tenantId" = ANY (${ids}::uuid[]) AND m."state" = 'PENDING' AND m."movedUpAt" IS NULL)
      SELECT t."id"::text AS "id", t."slug",
             EXISTS (SELECT FROM "TenantMigration" m JOIN "MigrationRun" r ON r."id" = m."runId"
                      WHERE m."tenantId" = t."id" AND m."state" IN ('PENDING', 'RUNNING')
                        AND r."status" = ANY (${unended}::"MigrationRunStatus"[]) AND NOT r."dryRun") AS "comes"
        FROM "Tenant" t WHERE t."id" = ANY (${ids}::uuid[])`;
    for (const { id, slug, comes } of rows) {
      if (comes || this.told.has(id)) continue;
      this.told.set(id, true);
      this.log.warn({
        msg: 'A tenant is refused until it is migrated, and no migration run is to do that: begin one.',
        tenant: slug,
        tenantId: id,
      });
    }
  }
}
