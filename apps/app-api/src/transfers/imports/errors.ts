import { DomainError } from '@helpdeskly/errors';

/** Raised when an uploaded archive cannot be read, or is none that can be imported. */
export class ArchiveInvalid extends DomainError {
  readonly code = 'archive_invalid';
}

/** Raised by a row that cannot be imported: the row is reported, and the import goes on. */
export class RowRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Raised when another worker has gone on with the import. */
export class Overtaken extends Error {}
