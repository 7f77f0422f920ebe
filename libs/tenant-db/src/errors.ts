import { findCause, isConnectionFailure, isQueryTimeout, isStaleStatement } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';

/** Raised when no connection became free in time: because of the tenant's limit, PostgreSQL's for its role, or the process's. */
export class TenantConnectionLimit extends DomainError {
  readonly code = 'tenant_connection_limit';
  constructor() {
    super('All connections to this database are in use. Try again in a moment.', { retryAfter: 1 });
  }
}

/** Raised when a tenant's database cannot be reached; other tenants are not affected. */
export class TenantDatabaseUnavailable extends DomainError {
  readonly code = 'tenant_database_unavailable';
  constructor(cause?: unknown) {
    super('The database of this helpdesk cannot be reached at the moment.', { retryAfter: 2, cause });
  }
}

/** Raised when a query took longer than TENANT_QUERY_TIMEOUT_MS; PostgreSQL has ended it. */
class QueryTimeout extends DomainError {
  readonly code = 'query_timeout';
  constructor(cause?: unknown) {
    super('The database took too long to answer.', { retryAfter: 1, cause });
  }
}

/** Raised when a database does not confirm that it belongs to this tenant. This is our fault; the client gets "unavailable". */
export class WrongTenantDatabase extends Error {
  constructor(expected: string, found: string | undefined, cause?: unknown) {
    super(`A client for the tenant ${expected} reached the database of ${found ?? 'nobody'}.`, { cause });
    this.name = 'WrongTenantDatabase';
  }
}

/**
 * Carries one of our errors through Prisma. Prisma turns an error with a `code` into an error of its own and loses the
 * cause. `tenantErrorOf` finds the carried error.
 */
export class Carried extends Error {
  constructor(carried: DomainError) {
    super(carried.message, { cause: carried });
    this.name = carried.name;
  }
}

/**
 * The client's error for an error of a tenant's database, from pg or from Prisma; undefined for
 * any other error.
 */
export function tenantErrorOf(error: unknown): DomainError | undefined {
  const ours = findCause(error, DomainError);
  if (ours !== undefined) return ours;
  if (isQueryTimeout(error)) return new QueryTimeout(error);
  if (isConnectionFailure(error) || isStaleStatement(error)) return new TenantDatabaseUnavailable(error);
  return undefined;
}

/** Raised by a pool that has ended. */
export function ended(): TenantDatabaseUnavailable {
  return new TenantDatabaseUnavailable(new Error('this pool has ended'));
}
