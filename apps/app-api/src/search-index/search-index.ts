import { describeFailure } from '@helpdeskly/database';
import { AcceptedWork, type Acceptor } from '@helpdeskly/service';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { beforeAll, indexBatch, settleLanguage, type IndexedText } from './search-index.queries.js';

/**
 * Indexes a tenant's tickets in the language that it has chosen, in the background of a request. A process that ends leaves
 * the rest to whoever searches next: searches say that there is a rest.
 */
@Injectable()
export class SearchIndex implements Acceptor {
  readonly name = 'search indexes';
  private readonly log = new Logger('SearchIndex');
  private readonly work = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    accepted: AcceptedWork,
  ) {
    accepted.add(this);
  }

  running(): number {
    return this.work.size;
  }

  async drain(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.work.values());
  }

  /** Brings the index of the current tenant up to date. Once at a time; several processes leave it to one. */
  refresh(): void {
    const { tenant } = this.context.current;
    if (this.stopping || this.work.has(tenant.id)) return;
    const work = this.tenants
      .run(tenant, () => this.indexAll())
      .catch((error: unknown) =>
        this.log.warn({ msg: `The next search goes on indexing: ${describeFailure(error)}`, tenantId: tenant.id }),
      )
      .finally(() => this.work.delete(tenant.id));
    this.work.set(tenant.id, work);
  }

  private async indexAll(): Promise<void> {
    let after: IndexedText = beforeAll;
    while (!this.stopping) {
      const from = after;
      const last = await this.db.transaction((tx) => indexBatch(tx, from));
      if (last === undefined) return;
      if (last !== null) after = last;
      // Whoever chose another language meanwhile, or wrote in the one before, has left texts behind.
      else if ((await settleLanguage(this.db.client)) || from === beforeAll) return;
      else after = beforeAll;
    }
  }
}
