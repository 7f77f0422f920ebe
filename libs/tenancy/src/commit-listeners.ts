import { describeFailure } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import type { CurrentTenant, TenantContext } from './tenant-context.js';
import type { TenantDatabase } from './tenant-database.js';

/** Is told of what a transaction of this tenant has done. Should not throw: what it throws is logged. */
export type CommitListener<What> = (tenant: CurrentTenant['tenant'], what: What) => void;

/**
 * Who wants to know what transactions have done. Told once the transaction has committed, never of one that was rolled back; the request
 * does not wait for what a listener begins. What a process knew when it was killed is lost: a listener whose work must be done finds it
 * again in the database.
 */
export class CommitListeners<What> {
  private readonly log: Logger;
  private readonly listeners: CommitListener<What>[] = [];

  /** `name` is told by the log. */
  constructor(
    name: string,
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
  ) {
    this.log = new Logger(name);
  }

  /** For as long as the process lives. */
  listen(listener: CommitListener<What>): void {
    this.listeners.push(listener);
  }

  /** What the open transaction of the current tenant has done. */
  async tell(what: What): Promise<void> {
    if (this.listeners.length === 0) return;
    const { tenant } = this.context.current;
    await this.db.afterCommit(() => {
      for (const listener of this.listeners) this.call(listener, tenant, what);
    });
  }

  /** What is committed is answered as such, whatever becomes of those who hear of it. */
  private call(listener: CommitListener<What>, tenant: CurrentTenant['tenant'], what: What): void {
    try {
      listener(tenant, what);
    } catch (error) {
      this.log.error({ msg: `A listener failed: ${describeFailure(error)}`, tenantId: tenant.id });
    }
  }
}
