import { DomainError } from '@helpdeskly/errors';

/** Raised when a macro would make a ticket or a comment longer than it may be. */
export class MacroTooLong extends DomainError {
  readonly code = 'limit_reached';
  constructor(what: string) {
    super(`With this macro ${what}.`);
  }
}
