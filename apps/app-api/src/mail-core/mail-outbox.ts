import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { MailSettings } from './mail-settings.js';
import { MailTimer } from './mail-timer.js';

/** Has mails sent whose rows a transaction writes. */
@Injectable()
export class MailOutbox implements OnApplicationBootstrap {
  constructor(
    private readonly settings: MailSettings,
    private readonly timer: MailTimer,
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.lacksQueue) new Logger('MailOutbox').warn('No mail leaves: set QUEUE_DATABASE_URL or REDIS_URL.');
  }

  /** Whether mails leave this installation. If not, no row is written. */
  get leaves(): boolean {
    return this.settings.leaves;
  }

  /** Has the current tenant's mails sent once the open transaction has committed. */
  async sendSoon(): Promise<void> {
    const { id: tenantId, generation } = this.context.current.tenant;
    await this.db.afterCommit(() => this.timer.expect({ tenantId, generation }, Date.now()));
  }
}
