import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { describeFailure } from '../provisioning/failure.js';

const intervalMs = 600_000;

/** Throws away what time has made worthless: kept answers past their day, sessions that nobody can refresh any more. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Housekeeping');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly control: ControlDatabase) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.start(), intervalMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  async tidy(): Promise<void> {
    await this.control.client.$executeRaw`DELETE FROM "IdempotencyKey" WHERE "expiresAt" <= now()`;
    await this.control.client.$executeRaw`
      DELETE FROM "OperatorSession"
       WHERE "expiresAt" <= now() OR "revokedAt" <= now() - interval '1 day' OR "lastUsedAt" <= now() - interval '2 days'`;
  }

  private start(): void {
    this.running ??= this.tidy()
      .catch((error: unknown) => this.log.warn(`Nothing was tidied up: ${describeFailure(error)}`))
      .finally(() => (this.running = undefined));
  }
}
