import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { TenantJob } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { LifecycleHandlers } from './lifecycle-handlers.js';
import type { LifecycleTask } from './lifecycle-task.js';

/**
 * Runs one task at a time for each tenant, over all processes. It skips outdated tasks: a purge, a
 * restoration or another change since then has raised the tenant's generation. It leaves servers alone that are OFFLINE.
 */
@Injectable()
export class LifecycleTasks {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly servers: ServerConnections,
    private readonly handlers: LifecycleHandlers,
  ) {}

  async run(task: LifecycleTask, job: TenantJob): Promise<void> {
    await this.locks.hold('helpdeskly tenant', job.tenantId, async () => {
      const { tenantId: id, generation } = job;
      const where = { id, generation, server: { state: { not: 'OFFLINE' } } } as const;
      const tenant = await this.control.client.tenant.findFirst({ where });
      if (tenant !== null) await this.servers.breaker.run(tenant.serverId, () => this.perform(task, tenant));
    });
  }

  /** While something prevents a rotation, its tenant's row says what. */
  private async perform(task: LifecycleTask, tenant: Tenant): Promise<void> {
    try {
      await this.handlers.handle(task, tenant);
    } catch (error) {
      const { id, generation } = tenant;
      const where = { id, generation, OR: [{ nextRoleName: { not: null } }, { formerRoleName: { not: null } }] };
      if (task === 'rotate' || task === 'retire')
        await this.control.client.tenant.updateMany({ where, data: { rotationError: describeFailure(error) } });
      throw error;
    }
  }
}
