import { AsyncLocalStorage } from 'node:async_hooks';
import type { CatalogTenant } from '@helpdeskly/catalog';
import type { PrismaClient, TenantClient } from '@helpdeskly/tenant-db';
import { NoCurrentTenant } from './errors.js';
import type { TenantClientFactory } from './tenant-client-factory.js';

/** The tenant that code runs for, and the client of its database that was leased for it. */
export interface CurrentTenant {
  readonly tenant: CatalogTenant;
  readonly prisma: PrismaClient;
  readonly select: TenantClient['select'];
  /** The request that it is for; none where a worker runs. */
  readonly request?: { readonly id: string; readonly address: string } | undefined;
}

/** One for the process: each storage that was ever entered is asked again at every promise. */
const storage = new AsyncLocalStorage<CurrentTenant>();

/** Whose data code works on. */
export class TenantContext {
  constructor(private readonly clients: Pick<TenantClientFactory, 'acquire'>) {}

  /**
   * Runs `work` for a tenant, with a client of its database that is given back when `work` ends. Throws
   * TenantDatabaseUnavailable, TenantConnectionLimit, and what `work` throws.
   */
  async enter<T>(tenant: CatalogTenant, work: () => Promise<T>, request?: CurrentTenant['request']): Promise<T> {
    const lease = await this.clients.acquire(tenant);
    try {
      return await this.run({ tenant, prisma: lease.prisma, select: lease.select, request }, work);
    } finally {
      lease.release();
    }
  }

  /** Runs `work` with a client that the caller has. */
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
