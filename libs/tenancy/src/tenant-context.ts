import { AsyncLocalStorage } from 'node:async_hooks';
import type { CatalogTenant } from '@helpdeskly/catalog';
import type { PrismaClient, TenantClient } from '@helpdeskly/tenant-db';
import { NoCurrentTenant } from './errors.js';

/** The tenant that code runs for, and the client of its database that was leased for it. */
export interface CurrentTenant {
  readonly tenant: CatalogTenant;
  readonly prisma: PrismaClient;
  readonly select: TenantClient['select'];
  /** The request that it is for; none where a worker runs. */
  readonly request?: { readonly id: string; readonly address: string };
}

/** One for the process: each storage that was ever entered is asked again at every promise. */
const storage = new AsyncLocalStorage<CurrentTenant>();

/** Whose data code works on. Entered by `run`, left when its work ends. */
export class TenantContext {
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
