import { findCause, isConnectionFailure, isQueryTimeout, isStaleStatement } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';

/** Raised when no connection to a tenant's database became free in time: its own limit, PostgreSQL's for its role, or the process's. */
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

/** Raised when a database does not say that it belongs to this tenant. A fault of ours, answered as unavailable and never served. */
export class WrongTenantDatabase extends Error {
  constructor(expected: string, found: string | undefined, cause?: unknown) {
    super(`A client for the tenant ${expected} reached the database of ${found ?? 'nobody'}.`, { cause });
    this.name = 'WrongTenantDatabase';
  }
}

/**
 * An error of ours on its way through Prisma: what has a `code` of its own becomes an error of Prisma's there, and its
 * cause is lost. `tenantErrorOf` finds what it carries.
 */
export class Carried extends Error {
  constructor(carried: DomainError) {
    super(carried.message, { cause: carried });
    this.name = carried.name;
  }
}

/**
 * What an error of a tenant's database means to a client, whether pg threw it or Prisma wrapped it; undefined for what
 * is no such error.
 */
export function tenantErrorOf(error: unknown): DomainError | undefined {
  const ours = findCause(error, DomainError);
  if (ours !== undefined) return ours;
  if (isQueryTimeout(error)) return new QueryTimeout(error);
  if (isConnectionFailure(error) || isStaleStatement(error)) return new TenantDatabaseUnavailable(error);
  return undefined;
}
