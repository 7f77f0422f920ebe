import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { TenantJob } from '@helpdeskly/queue';
import { ControlLocks } from '../locks/control-locks.js';
import type { ServerBreaker } from '../server-connections/server-breaker.js';
import type { LifecycleTask } from './lifecycle-queue.js';
import { Purge } from './purge.js';
import { Rotation } from './rotation.js';
import { TenantAccess } from './tenant-access.js';

/**
 * Runs one task at a time for each tenant, over all processes, and none that its tenant has outlived: a purge, a
 * restoration or another change since then has moved the tenant's generation. Servers that are OFFLINE are left alone.
 */
export class LifecycleTasks {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly access: TenantAccess,
    private readonly rotation: Rotation,
    private readonly purge: Purge,
    private readonly breaker: ServerBreaker,
  ) {}

  async run(task: LifecycleTask, job: TenantJob): Promise<void> {
    await this.locks.hold('helpdeskly tenant', job.tenantId, async () => {
      const { tenantId: id, generation } = job;
      const where = { id, generation, server: { state: { not: 'OFFLINE' } } } as const;
      const tenant = await this.control.client.tenant.findFirst({ where });
      if (tenant !== null) await this.breaker.run(tenant.serverId, () => this.perform(task, tenant));
    });
  }

  private perform(task: LifecycleTask, tenant: Tenant): Promise<void> {
    switch (task) {
      case 'access':
        return this.access.settle(tenant);
      case 'rotate':
        return this.noting(tenant, () => this.rotation.rotate(tenant));
      case 'retire':
        return this.noting(tenant, () => this.rotation.retire(tenant));
      case 'purge':
        return this.purge.purge(tenant);
    }
  }

  /** What stands in a rotation's way stands in its tenant's row, until it has come to its end. */
  private async noting({ id, generation }: Tenant, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      const where = { id, generation, OR: [{ nextRoleName: { not: null } }, { formerRoleName: { not: null } }] };
      await this.control.client.tenant.updateMany({ where, data: { rotationError: describeFailure(error) } });
      throw error;
    }
  }
}
