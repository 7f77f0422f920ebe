import { Injectable, Logger } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { AttachmentRemoval } from './attachment-removal.js';
import { SweepIndex, type DueTenant } from './sweep-index.js';

/**
 * Removes files that no comment has named for a day, and what could not be removed when it was given up. It opens the
 * databases of those tenants alone that the index names. Several processes may do the same at once: whatever one of them
 * has done is done.
 */
@Injectable()
export class AttachmentSweep {
  private readonly log = new Logger('AttachmentSweep');

  constructor(
    private readonly index: SweepIndex,
    private readonly removal: AttachmentRemoval,
    private readonly tenants: BackgroundTenants,
  ) {}

  /** Once, as of `now`, until `signal` is aborted. Goes on past a tenant that fails, and throws at the end when there was one. */
  async run(now = new Date(), signal?: AbortSignal): Promise<void> {
    let failures = 0;
    for await (const due of this.index.due(now)) {
      if (signal?.aborted === true) break;
      await this.visit(due, now).catch((error: unknown) => {
        failures++;
        this.log.warn(`Files of tenant ${due.tenantId} are swept later: ${String(error)}`);
      });
    }
    if (failures > 0) throw new Error(`${failures} tenants could not be swept`);
  }

  /** A tenant that is gone took its bytes with it; one that is closed is left for when it is open again. */
  private async visit(due: DueTenant, now: Date): Promise<void> {
    const tenant = await this.tenants.find(due.tenantId);
    if (tenant !== undefined) {
      if (tenant.status !== 'ACTIVE') return;
      await this.tenants.run(tenant, () => this.removal.removeOrphans(now));
    }
    await this.index.settle(due);
  }
}
