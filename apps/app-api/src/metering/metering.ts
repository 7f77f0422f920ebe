import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TenantCatalog, type TenantDayUsage, type TenantStored } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AppBackground } from '../edge/app-background.js';
import { OnTicketWritten } from '../ticket-core/on-ticket-written.js';
import { DayCounts } from './day-counts.js';
import { UserCounts } from './user-counts.js';

const intervalMs = 10_000;
/** Entries of one report. */
const mostTold = 1000;
/** How often a process that ends tries to report, and the pause between in milliseconds. */
const lastAttempts = 5;
const lastPauseMs = 500;

/**
 * Counts what each tenant uses and reports it to the control database every 10 seconds. What cannot be reported is kept and reported
 * later; only a process that is killed loses what it has counted since its last report.
 */
@Injectable()
export class Metering implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Metering');
  private readonly reporter = randomUUID();
  private readonly counts: DayCounts;
  /** The report that is on its way. It stays the same until it has arrived: its answer alone may have been lost. */
  private pending: { readonly sequence: number; readonly days: readonly TenantDayUsage[] } | undefined;
  private sequence = 0;
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('usage_report', () => this.report()),
    this.log,
  );

  constructor(
    private readonly catalog: TenantCatalog,
    private readonly background: AppBackground,
    private readonly userCounts: UserCounts,
    written: OnTicketWritten,
  ) {
    this.counts = new DayCounts((tenantId) => userCounts.want(tenantId));
    written.listen(({ id }, tickets) => {
      const opened = tickets.filter((ticket) => ticket.opened === true).length;
      if (opened === 0) return;
      this.counts.add(id, { tickets: opened });
      userCounts.want(id); // Its author may be new.
    });
  }

  /** A request with a valid token. */
  request(tenantId: string): void {
    this.counts.add(tenantId, { requests: 1 });
  }

  usersChanged(tenantId: string): void {
    this.userCounts.want(tenantId);
  }

  stored(stored: TenantStored): void {
    this.counts.stored(stored);
  }

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.report();
      } catch (error) {
        if (attempt < lastAttempts) await sleep(lastPauseMs);
        else return this.log.error(`What tenants used could not be reported and is lost: ${describeFailure(error)}`);
      }
    }
  }

  /** Throws CatalogUnavailable. */
  private async report(): Promise<void> {
    await this.userCounts.count((tenantId, users, at) => this.counts.users(tenantId, users, at));
    for (;;) {
      this.pending ??= this.next();
      if (this.pending === undefined) return;
      await this.catalog.reportUsage(this.reporter, this.pending.sequence, this.pending.days);
      this.pending = undefined;
    }
  }

  private next(): Metering['pending'] {
    const days = this.counts.take(mostTold);
    return days.length === 0 ? undefined : { sequence: ++this.sequence, days };
  }
}
