import { DomainError } from '@helpdeskly/errors';

/** What a move lacks. */
export interface Missing {
  readonly kind: 'privilege' | 'setting' | 'route' | 'capacity' | 'state' | 'schema';
  /** What it is called, such as `wal_level`. */
  readonly name: string;
  /** A sentence. */
  readonly detail: string;
}

/** Raised when a tenant cannot be moved to a server as things are; `missing` says what would have to be otherwise. */
export class MoveUnavailable extends DomainError {
  readonly code = 'move_unavailable';
  constructor(missing: readonly Missing[]) {
    super(`The tenant cannot be moved there: ${missing.map(({ detail }) => detail).join(' ')}`, {
      members: { missing },
    });
  }
}

/** Raised when a move cannot come to its end, whatever is tried: it is rolled back. */
export class CannotMove extends Error {
  constructor(why: string) {
    super(`The tenant cannot be moved: ${why}.`);
    this.name = 'CannotMove';
  }
}

/** Raised when an operator has cancelled the move: the tenant stays where it is. */
export class MoveCancelled extends Error {
  constructor() {
    super('The move was cancelled.');
    this.name = 'MoveCancelled';
  }
}
