import { DomainError } from '@helpdeskly/errors';

/** Raised when a macro would write a longer comment than there may be. */
export class MacroTooLong extends DomainError {
  readonly code = 'limit_reached';
  constructor(what: string) {
    super(`With this macro ${what}.`);
  }
}
