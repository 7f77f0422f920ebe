import { ControlDatabase } from '@helpdeskly/catalog';
import { HealthChecks, type HealthCheck } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import { ProvisioningQueue } from '../provisioning/provisioning-queue.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { controlPlane } from '../startup/control-plane.module.js';
import { version } from '../version.js';

/** The control API is well when it can read its database and queue jobs. */
@Injectable()
export class ControlHealth extends HealthChecks {
  readonly service = 'control-api';
  readonly version = version;
  readonly checks: Readonly<Record<string, HealthCheck>>;

  override readonly notices: readonly string[];

  constructor(control: ControlDatabase, queue: ProvisioningQueue, @Inject(controlPlane) plane: ControlPlane) {
    super();
    this.notices = plane.auditLockWeaknesses;
    this.checks = {
      'control-database': () => control.client.$queryRaw`SELECT 1`,
      queue: () => queue.depth(),
    };
  }
}
