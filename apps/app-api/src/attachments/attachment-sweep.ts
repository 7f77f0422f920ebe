import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AppBackground } from '../edge/app-background.js';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { AttachmentRemoval } from './attachment-removal.js';
import { AttachmentSettings } from './attachment-settings.js';
import { SweepIndex } from './sweep-index.js';

/** More or less, so that processes which started together do not look together. */
const intervalMs = 30 * 60_000 * (0.75 + Math.random() / 2);

/**
 * Removes files that no comment has named for a day, and what could not be removed when it was given up. It opens the
 * databases of those tenants alone that the index names. Several processes may do the same at once: whatever one of them
 * has done is done.
 */
@Injectable()
export class AttachmentSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('AttachmentSweep');
  private readonly periodic: Periodic;
  private stopping = false;

  constructor(
    private readonly settings: AttachmentSettings,
    private readonly index: SweepIndex,
    private readonly removal: AttachmentRemoval,
    private readonly tenants: BackgroundTenants,
    background: AppBackground,
  ) {
    this.periodic = new Periodic(intervalMs, () => background.count('attachment_orphans', () => this.run()), this.log);
  }

  onApplicationBootstrap(): void {
    if (this.settings.store !== undefined) this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodic.stop();
  }

  /** Once, as of `now`. Goes on past a tenant that fails, and throws at the end when there was one. */
  async run(now = new Date()): Promise<void> {
    let failures = 0;
    const visit = async (tenantId: string, done: () => Promise<void>) => {
      if (this.stopping) return;
      await this.visit(tenantId, now, done).catch((error: unknown) => {
        failures++;
        this.log.warn(`Files of tenant ${tenantId} are swept later: ${String(error)}`);
      });
    };
    for (const tenantId of this.removal.owed) await visit(tenantId, () => Promise.resolve());
    for await (const due of this.index.due(now)) await visit(due.tenantId, () => this.index.settle(due));
    if (failures > 0) throw new Error(`${failures} tenants could not be swept`);
  }

  /** A tenant that is gone took its bytes with it; one that is closed is left for when it is open again. */
  private async visit(tenantId: string, now: Date, done: () => Promise<void>): Promise<void> {
    const tenant = await this.tenants.find(tenantId);
    if (tenant !== undefined) {
      if (tenant.status !== 'ACTIVE') return;
      await this.tenants.run(tenant, () => this.removal.sweep(now));
    }
    await done();
  }
}
