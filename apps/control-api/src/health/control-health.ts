import { ControlDatabase } from '@helpdeskly/catalog';
import { HealthChecks, type HealthCheck } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { ControlDatabaseNotices } from '../control-database/control-database-notices.js';
import { ProvisioningQueue } from '../provisioning/provisioning-queue.js';
import { version } from '../version.js';

/** The control API is healthy if it can read its database and queue jobs. */
@Injectable()
export class ControlHealth extends HealthChecks {
  readonly service = 'control-api';
  readonly version = version;
  readonly checks: Readonly<Record<string, HealthCheck>>;

  override readonly notices: readonly string[];

  constructor(control: ControlDatabase, queue: ProvisioningQueue, notices: ControlDatabaseNotices) {
    super();
    this.notices = notices.auditLockWeaknesses;
    this.checks = {
      'control-database': () => control.client.$queryRaw`SELECT 1`,
      queue: () => queue.depth(),
    };
  }
}
