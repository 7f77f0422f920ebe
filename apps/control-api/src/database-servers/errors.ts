import { DomainError } from '@helpdeskly/errors';

/** Raised when another database server has that name. */
export class ServerNameTaken extends DomainError {
  readonly code = 'name_taken';
  constructor(name: string) {
    super(`Another database server is called ${name}.`);
  }
}

/** Raised when a database server does not answer. */
export class ServerUnreachable extends DomainError {
  readonly code = 'tenant_database_unavailable';
  constructor(cause: unknown) {
    super('The database server does not answer at the moment.', { retryAfter: 2, cause });
  }
}
