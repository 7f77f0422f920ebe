import { DomainError } from '@helpdeskly/errors';

/** Raised for an archive that is broken, cut, foreign, tampered with, or of a schema that this build does not know. */
export class ArchiveInvalid extends DomainError {
  readonly code = 'archive_invalid';
  constructor(reason: string, cause?: unknown) {
    super(`The archive cannot be used: ${reason}.`, { cause });
  }
}

/** Raised for a database that holds what an archive cannot keep. */
export class NotArchivable extends Error {
  constructor(what: string) {
    super(`The database cannot be archived: it has ${what}.`);
    this.name = 'NotArchivable';
  }
}

/** Raised when another session waits for a table that a snapshot keeps locked: whoever waits goes first. */
export class SnapshotInTheWay extends Error {
  constructor() {
    super('Another session waits for a table that the backup reads: the backup begins again later.');
    this.name = 'SnapshotInTheWay';
  }
}

/** Raised when a copy does not hold what was copied. */
export class CopyDiffers extends Error {
  constructor(table: string) {
    super(`${table} holds other rows in the copy than in the database that was copied`);
    this.name = 'CopyDiffers';
  }
}
