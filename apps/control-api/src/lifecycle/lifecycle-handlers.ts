import type { Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { FormerRole } from './former-role.js';
import type { LifecycleTask } from './lifecycle-task.js';
import { Purge } from './purge.js';
import { Rotation } from './rotation.js';
import { TenantAccess } from './tenant-access.js';

/** The handler of each task. */
@Injectable()
export class LifecycleHandlers {
  constructor(
    private readonly access: TenantAccess,
    private readonly rotation: Rotation,
    private readonly formerRole: FormerRole,
    private readonly purge: Purge,
  ) {}

  handle(task: LifecycleTask, tenant: Tenant): Promise<void> {
    switch (task) {
      case 'access':
        return this.access.settle(tenant);
      case 'rotate':
        return this.rotation.rotate(tenant);
      case 'retire':
        return this.formerRole.retire(tenant);
      case 'purge':
        return this.purge.purge(tenant);
    }
  }
}
