import { Metrics } from '@helpdeskly/service';
import { BackgroundRuns } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';

/** The control plane's periodic tasks. */
const tasks = [
  'provisioning_sweep',
  'lifecycle_sweep',
  'warm_refill',
  'housekeeping',
  'migration_runs',
  'migration_rehearsals',
  'reconciliation',
  'isolation_probe',
  'session_watch',
  're_encryption',
  'signing_keys',
  'credential_rotations',
  'connection_samples',
  'incidents',
  'drift_sweep',
  'restore_sweep',
  'move_sweep',
  'backup_proofs',
  'bulk_runs',
  'backup_sweep',
  'backup_schedule',
  'archive_tidy',
] as const;
export type BackgroundTask = (typeof tasks)[number];

/** The results of background tasks. */
@Injectable()
export class BackgroundMetrics extends BackgroundRuns<BackgroundTask> {
  constructor(metrics: Metrics) {
    super(metrics, tasks);
  }
}
