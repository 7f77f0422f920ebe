import { DomainError } from '@helpdeskly/errors';

/** Raised when another database server has that name. */
export class ServerNameTaken extends DomainError {
  readonly code = 'name_taken';
  constructor(name: string) {
    super(`Another database server is called ${name}.`);
  }
}
