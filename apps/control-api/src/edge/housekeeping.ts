import { SessionStore } from '@helpdeskly/auth';
import { ControlDatabase } from '@helpdeskly/catalog';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';

const intervalMs = 600_000;

/** Deletes expired rows: stored answers after their day, reports of bulk runs, and sessions that nobody can refresh any more. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sessions = new SessionStore('control');
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('housekeeping', () => this.tidy()),
    new Logger('Housekeeping'),
  );

  constructor(
    private readonly control: ControlDatabase,
    private readonly background: BackgroundMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
  }

  async tidy(): Promise<void> {
    await this.control.client.$executeRaw`DELETE FROM "IdempotencyKey" WHERE "expiresAt" <= now()`;
    await this.control.client.$executeRaw`DELETE FROM "OperatorInvitation" WHERE "expiresAt" <= now()`;
    // A process that could not report for so long has gone: nothing of it is repeated any more.
    await this.control.client.$executeRaw`DELETE FROM "UsageReporter" WHERE "reportedAt" < now() - interval '30 days'`;
    await this.control.client.$executeRaw`DELETE FROM "BulkRun" WHERE "finishedAt" < now() - interval '90 days'`;
    await this.sessions.forgetLongDead(this.control.client);
  }
}
