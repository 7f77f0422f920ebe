import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Metrics, Snapshot } from '@helpdeskly/service';
import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { worstState } from '../backup-policies/backup-states.js';
import { controlConfig } from '../configuration/tokens.js';

/** How much would be lost, over all tenants that are backed up by themselves. */
@Injectable()
export class BackupMetrics {
  constructor(
    { registry }: Metrics,
    { client }: ControlDatabase,
    @Inject(controlConfig) { backups: { everyMs } }: ControlConfig,
  ) {
    const snapshot = new Snapshot(() => worstState(client, everyMs), { freshMs: 5000, patienceMs: 2000 });
    const registers = [registry];
    new Gauge({
      name: 'helpdeskly_backup_rpo_seconds',
      help: 'Age of the newest good archive, of the tenant with a backup policy whose one is oldest',
      registers,
      async collect() {
        const worst = await snapshot.get();
        if (worst !== undefined) this.set(worst.ageSeconds);
      },
    });
    new Gauge({
      name: 'helpdeskly_backups_overdue',
      help: 'Tenants whose newest good archive is older than their backup policy allows',
      registers,
      async collect() {
        const worst = await snapshot.get();
        if (worst !== undefined) this.set(worst.overdue);
      },
    });
  }
}
