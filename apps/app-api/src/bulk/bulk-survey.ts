import type { CatalogTenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { RoundProgress, RoundStep } from '@helpdeskly/queue';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { AppBackground } from '../edge/app-background.js';
import { roundStep } from '../edge/tenant-round.js';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { BulkTimer } from './bulk-timer.js';
import { BulkSettings } from './bulk-settings.js';

/** Steps of a round, when there are as many tenants as that. */
const stepsPerRound = 60;

/**
 * Looks at every ACTIVE tenant once in a round and queues again those with a run that has not ended: its job may have been lost
 * with the queue, or with a process that died between the run's commit and the job.
 */
@Injectable()
export class BulkSurvey {
  private readonly log = new Logger('BulkSurvey');

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly timer: BulkTimer,
    private readonly background: AppBackground,
    private readonly settings: BulkSettings,
  ) {}

  next(progress: RoundProgress): Promise<RoundStep> {
    const { surveyMs } = this.settings;
    return this.background.count('bulk_survey', () =>
      roundStep(this.tenants, progress, {
        roundMs: surveyMs,
        pauseMs: surveyMs / stepsPerRound,
        look: (tenant) => this.look(tenant),
      }),
    );
  }

  /** One whose database is away holds nobody up, and is looked at in the next round. */
  private async look(tenant: CatalogTenant): Promise<void> {
    const { id: tenantId, generation } = tenant;
    try {
      const open = await this.tenants.run(tenant, () =>
        this.db.client.bulkRun.findFirst({ where: { endedAt: null }, select: { id: true } }),
      );
      if (open !== null) this.timer.expect({ tenantId, generation }, Date.now());
    } catch (error) {
      this.log.warn({ msg: `A tenant is looked at later: ${describeFailure(error)}`, tenantId });
    }
  }
}
