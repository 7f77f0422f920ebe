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
export class QueryTimeout extends DomainError {
  readonly code = 'query_timeout';
  constructor(cause?: unknown) {
    super('The database took too long to answer.', { retryAfter: 1, cause });
  }
}

/** Raised when a database says that it belongs to another tenant. A fault of ours, answered as unavailable and never served. */
export class WrongTenantDatabase extends Error {
  constructor(expected: string, found: string | undefined) {
    super(`A client for the tenant ${expected} reached the database of ${found ?? 'nobody'}.`);
    this.name = 'WrongTenantDatabase';
  }
}
