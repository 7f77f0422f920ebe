import { DomainError } from '@helpdeskly/errors';

/** Raised when the control database cannot be reached and the cache knows nothing of a tenant, or only something too old. */
export class CatalogUnavailable extends DomainError {
  readonly code = 'catalog_unavailable';
  constructor(cause?: unknown) {
    super('The catalog of tenants cannot be reached at the moment.', { retryAfter: 1, cause });
  }
}

/** Raised when a secret was encrypted with a key that ENCRYPTION_KEYS no longer contains. */
export class UnknownEncryptionKey extends Error {
  constructor(readonly keyId: string) {
    super(`ENCRYPTION_KEYS does not hold the key ${keyId}, which sealed a secret that is in use.`);
    this.name = 'UnknownEncryptionKey';
  }
}

/** Raised when an encrypted secret is malformed, was changed, or belongs to another row. */
export class SecretUnreadable extends Error {
  constructor() {
    super('An encrypted secret cannot be decrypted: it is malformed, was changed, or belongs to something else.');
    this.name = 'SecretUnreadable';
  }
}

/** Raised when a URL for app-api (CATALOG_DATABASE_URL, QUEUE_DATABASE_URL) names a role that may do more than app-api may. */
export class RoleUnsuitable extends Error {
  constructor(
    variable: string,
    readonly role: string,
    readonly powers: readonly string[],
  ) {
    super(`${variable} names the role ${role}, which ${powers.join(' and ')}: name one that only app-api uses.`);
    this.name = 'RoleUnsuitable';
  }
}
