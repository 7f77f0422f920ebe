import { Metrics } from '@helpdeskly/service';
import { BackgroundRuns } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';

/** What the control plane does again and again by itself. */
const tasks = [
  'provisioning_sweep',
  'lifecycle_sweep',
  'warm_refill',
  'housekeeping',
  'migration_runs',
  'reconciliation',
  'isolation_probe',
  'session_watch',
  're_encryption',
  'signing_keys',
  'credential_rotations',
] as const;
export type BackgroundTask = (typeof tasks)[number];

/** How the runs of background tasks end. */
@Injectable()
export class BackgroundMetrics extends BackgroundRuns<BackgroundTask> {
  constructor(metrics: Metrics) {
    super(metrics, tasks);
  }
}
