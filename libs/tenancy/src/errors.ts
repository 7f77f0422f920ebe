import type { CatalogTenant } from '@helpdeskly/catalog';
import { DomainError } from '@helpdeskly/errors';

/** Raised when a request names no tenant. */
export class TenantRequired extends DomainError {
  readonly code = 'tenant_required';
  constructor() {
    super('Name a helpdesk by its subdomain or by the header X-Tenant-Slug.');
  }
}

/** Raised when a request names two tenants, or names one in a way that two parsers could understand differently. */
export class TenantConflict extends DomainError {
  readonly code = 'tenant_conflict';
  constructor(sentence = 'The request names more than one helpdesk.') {
    super(sentence);
  }
}

/** Raised when Host is missing, empty or no host name. */
export class HostInvalid extends DomainError {
  readonly code = 'host_invalid';
  constructor() {
    super('The Host header is not a host name.');
  }
}

/** Raised when a slug is malformed. */
export class TenantSlugInvalid extends DomainError {
  readonly code = 'tenant_slug_invalid';
  constructor() {
    super('The name of a helpdesk has 2 to 50 lower-case letters, digits and single hyphens.');
  }
}

/** Raised alike for unknown, reserved and deleted slugs, so that clients cannot tell which it is. */
export class TenantNotFound extends DomainError {
  readonly code = 'tenant_not_found';
  constructor() {
    super('There is no such helpdesk.');
  }
}

/** Raised when the tenant is suspended, inactive or being deleted. */
class TenantInactive extends DomainError {
  readonly code = 'tenant_inactive';
  constructor() {
    super('This helpdesk is not active.');
  }
}

/** Raised when the tenant's database is not ready yet. */
class TenantUnavailable extends DomainError {
  readonly code = 'tenant_unavailable';
  constructor() {
    super('This helpdesk is not ready yet.', { retryAfter: 5 });
  }
}

/**
 * Raised when the tenant's database lacks migrations that this build requires, which a migration run applies, or has such as this build
 * may not serve with.
 */
export class TenantUpgrading extends DomainError {
  readonly code = 'tenant_upgrading';
  constructor() {
    super('This helpdesk is being upgraded.', { retryAfter: 5 });
  }
}

/** Raised when code that works on a tenant's data runs without a current tenant. There is no default tenant. */
export class NoCurrentTenant extends Error {
  constructor() {
    super('There is no current tenant: run this inside TenantContext.run().');
    this.name = 'NoCurrentTenant';
  }
}

/** Whether this build serves with the migrations that the tenant's database has. */
export function fitsBuild({ lacks, exceeds }: Pick<CatalogTenant, 'lacks' | 'exceeds'>): boolean {
  return lacks.length + exceeds.length === 0;
}

/** Why a tenant is not served now, or undefined if it is. */
export function tenantClosed(tenant: Pick<CatalogTenant, 'status' | 'lacks' | 'exceeds'>): DomainError | undefined {
  switch (tenant.status) {
    case 'ACTIVE':
      return fitsBuild(tenant) ? undefined : new TenantUpgrading();
    case 'SUSPENDED':
    case 'INACTIVE':
    case 'DELETING':
      return new TenantInactive();
    case 'PROVISIONING':
    case 'FAILED':
      return new TenantUnavailable();
  }
}
