import { AsyncLocalStorage } from 'node:async_hooks';
import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantClient } from '@helpdeskly/tenant-db';
import { NoCurrentTenant } from './errors.js';
import type { TenantClientFactory } from './tenant-client-factory.js';

/** The current tenant, and the leased client of its database. */
export interface CurrentTenant {
  readonly tenant: CatalogTenant;
  readonly client: TenantClient;
  /** The current request; undefined in a worker. */
  readonly request?: { readonly id: string; readonly address: string } | undefined;
}

/** One storage for the process: Node reads each entered storage again at every promise. */
const storage = new AsyncLocalStorage<CurrentTenant>();

/** The tenant whose data the current code works on. */
export class TenantContext {
  constructor(private readonly clients: Pick<TenantClientFactory, 'acquire'>) {}

  /**
   * Runs `work` for a tenant, with a leased client of its database, and returns the client when `work` ends. Throws
   * TenantDatabaseUnavailable, TenantConnectionLimit, and what `work` throws.
   */
  async enter<T>(tenant: CatalogTenant, work: () => Promise<T>, request?: CurrentTenant['request']): Promise<T> {
    const lease = await this.clients.acquire(tenant);
    try {
      return await this.run({ tenant, client: lease.client, request }, work);
    } finally {
      lease.release();
    }
  }

  /** Runs `work` with the caller's client. */
  run<T>(current: CurrentTenant, work: () => T): T {
    return storage.run(current, work);
  }

  /** Throws NoCurrentTenant. */
  get current(): CurrentTenant {
    const current = storage.getStore();
    if (current === undefined) throw new NoCurrentTenant();
    return current;
  }
}
