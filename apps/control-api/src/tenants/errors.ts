import { isConnectionFailure, isQueryTimeout } from '@helpdeskly/database';
import { RoleMissing } from '../lifecycle/tenant-access.js';
import { DomainError } from '@helpdeskly/errors';

/** Raised when another tenant already has that slug. */
export class SlugTaken extends DomainError {
  readonly code = 'slug_taken';
  constructor(slug: string) {
    super(`The slug ${slug} is in use.`);
  }
}

/** Raised when a tenant has no database that could be cloned, or is being deleted. */
export class NothingToClone extends DomainError {
  readonly code = 'invalid_transition';
  constructor(slug: string, status: string) {
    super(`The tenant ${slug} cannot be cloned while it is ${status}.`, {
      members: { from: status, to: status, allowed: [] },
    });
  }
}

/** Raised when no ACTIVE database server has room for another tenant. */
export class NoCapacity extends DomainError {
  readonly code = 'no_capacity';
  constructor() {
    super('No database server has room for another tenant.', { retryAfter: 60 });
  }
}

/** Raised when a tenant's status leaves no credential to rotate. */
export class CredentialsNotRotatable extends DomainError {
  readonly code = 'invalid_transition';
  constructor(slug: string, status: string) {
    super(`The credentials of ${slug} cannot be rotated while it is ${status}.`, {
      members: { from: status, to: status, allowed: [] },
    });
  }
}

/** Raised when a request needs a tenant's database that does not exist yet. `retryAfter` is in seconds. */
export class TenantNotReady extends DomainError {
  readonly code = 'tenant_unavailable';
  constructor(slug: string) {
    super(`The database of ${slug} is not ready.`, { retryAfter: 5 });
  }
}

/** Raised when a tenant's database server cannot be reached. */
export class TenantDatabaseUnavailable extends DomainError {
  readonly code = 'tenant_database_unavailable';
  constructor(cause: unknown) {
    super(`The tenant's database server cannot be reached at the moment.`, { retryAfter: 1, cause });
  }
}

/** Waits for `work` on a tenant's database server. Throws TenantDatabaseUnavailable if the server cannot be reached. */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isConnectionFailure(error) || isQueryTimeout(error) || error instanceof RoleMissing
      ? new TenantDatabaseUnavailable(error)
      : error;
  }
}
