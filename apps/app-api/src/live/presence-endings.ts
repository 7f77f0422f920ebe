import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { Hints } from '../hints/hints.js';
import { isStaff } from '../ticket-core/viewer.js';
import { standingSessions } from './live.queries.js';
import { Presences } from './presence.service.js';

/** Ends the presence of sessions that have ended, or whose user left the staff: each process that of its own memory. */
@Injectable()
export class PresenceEndings {
  private readonly log = new Logger('PresenceEndings');

  constructor(
    private readonly presences: Presences,
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    hints: Hints,
  ) {
    hints.listen(({ tenantId, kind }) => {
      if (kind === 'accounts') void this.look(tenantId);
    });
  }

  /** Presence that is not asked about, because the database is away, ends after its 30 seconds. */
  private async look(tenantId: string): Promise<void> {
    const sessionIds = this.presences.sessionsIn(tenantId);
    if (sessionIds.length === 0) return;
    try {
      const tenant = await this.tenants.find(tenantId);
      if (tenant === undefined) return;
      const standing = await this.tenants.run(tenant, () => standingSessions(this.db.client, sessionIds));
      for (const id of sessionIds) {
        const session = standing.get(id);
        if (session === undefined || !isStaff(session)) this.presences.end(tenantId, id);
      }
    } catch (error) {
      this.log.warn({ msg: `Ended sessions may be present for some seconds: ${describeFailure(error)}`, tenantId });
    }
  }
}
