import { describeFailure } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import type { ControlLocks } from '../locks/control-locks.js';
import { ensureReadonlyRole, openMaintenanceDatabase, openSupportView } from './readonly-role.js';
import type { Queryable } from './server-roles.js';

/** The role with which support staff reads tenants' databases, on each server. */
export class SupportAccess {
  private readonly log = new Logger('DatabaseServers');

  constructor(
    private readonly locks: ControlLocks,
    /** Undefined: nobody can log in as that role. */
    private readonly password: string | undefined,
  ) {}

  /** If it fails, support staff reads nothing, and everything else works. */
  async prepare(admin: Queryable): Promise<void> {
    try {
      await ensureReadonlyRole(admin, this.password);
      for (const report of await openMaintenanceDatabase(admin)) this.log.warn(report);
      await this.locks.hold('helpdeskly support', 'view', openSupportView);
    } catch (error) {
      this.log.error(`The role of the support staff is not ready: ${describeFailure(error)}`);
    }
  }
}
