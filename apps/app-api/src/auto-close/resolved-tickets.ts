import { Periodic, type TenantJob } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { OnTicketWritten, type WrittenTenant, type WrittenTicket } from '../ticket-core/on-ticket-written.js';
import { AutoCloseQueue } from './auto-close-queue.js';
import { AutoCloseSettings } from './auto-close-settings.js';

/** How soon a queue that was away is tried again. */
const retryMs = 2000;
/** For how long a job is believed to be in the queue; clocks of processes may differ by so much, too. */
const believedMs = 3_600_000;
const skewMs = 60_000;

interface Due {
  readonly job: TenantJob;
  readonly at: number;
}

/**
 * Hears of each ticket that is RESOLVED after a write, and sees to it that its tenant has a job in the queue. Nobody waits for
 * that: a queue that is away is tried again, and what this process takes with it when it is killed, the survey finds.
 */
@Injectable()
export class ResolvedTickets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly pending = new Map<string, Due>();
  /** By tenant: a moment before which its job does not begin, and so one until which it is there. */
  private readonly queued = new LRUCache<string, number>({ max: 20_000, ttl: believedMs });
  private readonly periodic = new Periodic(retryMs, () => this.flush(), new Logger('ResolvedTickets'));

  constructor(
    private readonly queue: AutoCloseQueue,
    private readonly settings: AutoCloseSettings,
    written: OnTicketWritten,
  ) {
    if (settings.place !== undefined) written.listen((tenant, tickets) => this.note(tenant, tickets));
  }

  onApplicationBootstrap(): void {
    void this.queue.whenOpen().then(() => this.periodic.start());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.periodic.now();
    await this.periodic.stop();
  }

  private note({ id: tenantId, generation }: WrittenTenant, tickets: readonly WrittenTicket[]): void {
    for (const { status, resolvedAt, deletedAt } of tickets) {
      if (status !== 'RESOLVED' || resolvedAt === null || deletedAt !== null) continue;
      this.expect({ job: { tenantId, generation }, at: resolvedAt.getTime() + this.settings.ageMs });
    }
  }

  private expect(due: Due): void {
    const { tenantId } = due.job;
    const there = this.queued.get(tenantId);
    if (there !== undefined && there > Date.now() + skewMs && there <= due.at) return;
    const before = this.pending.get(tenantId);
    if (before === undefined || due.at < before.at) this.pending.set(tenantId, due);
    this.periodic.now();
  }

  private async flush(): Promise<void> {
    if (!this.queue.isOpen) return;
    for (const [tenantId, due] of this.pending) {
      const begins = await this.queue.ensure(due.job, due.at - Date.now());
      if (begins === undefined) continue; // It runs now, and may have looked before this ticket was there.
      this.queued.set(tenantId, begins);
      if (this.pending.get(tenantId) === due) this.pending.delete(tenantId);
    }
  }
}
