import { encodeUsage, TenantCatalog, usageChannel } from '@helpdeskly/catalog';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { UsageMeter } from './usage-meter.js';

/** A migration run that watches the rate of errors waits a little longer before it goes on. */
const intervalMs = 2000;

/**
 * Tells the control plane which tenants this process serves, so that an operator can ask which one it is. What cannot be
 * told is lost: it is about now.
 */
@Injectable()
export class UsageReport implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('UsageReport');
  private readonly meter = new UsageMeter();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> | undefined;
  private failing = false;

  constructor(private readonly catalog: TenantCatalog) {}

  /** Counts every request that has a tenant, when its answer has gone out. */
  watch(server: FastifyInstance): void {
    server.addHook('onResponse', ({ tenant }, { statusCode, problemCode }, done) => {
      if (tenant !== undefined) this.meter.count(tenant.id, statusCode, problemCode === 'tenant_upgrading');
      done();
    });
  }

  /** A tenant's requests of the last minutes, of this process. */
  recent(tenantId: string): number {
    return this.meter.recent(tenantId);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.start(), intervalMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.start();
    await this.telling;
  }

  private start(): void {
    this.telling ??= this.tell()
      .then(
        () => (this.failing = false),
        (error: unknown) => {
          if (!this.failing) this.log.warn(`The busiest tenants could not be reported: ${String(error)}`);
          this.failing = true;
        },
      )
      .then(() => (this.telling = undefined));
  }

  private async tell(): Promise<void> {
    for (const payload of encodeUsage(this.meter.take())) await this.catalog.notify(usageChannel, payload);
  }
}
