/** Raised where a control database would be restored that holds something already. */
export class ControlDatabaseInUse extends Error {
  constructor(what: string) {
    super(`The control database is not empty: it has ${what}. Restore into one that nothing was done in.`);
    this.name = 'ControlDatabaseInUse';
  }
}

/** Raised where the role that restores may not write events of former times. */
export class AuditTrailLocked extends Error {
  constructor() {
    super(
      'The audit trail is locked: set CONTROL_DATABASE_ADMIN_URL to the URL of a superuser in the same database, for this command alone.',
    );
    this.name = 'AuditTrailLocked';
  }
}

/** Raised for a place of an archive that does not fit. */
export class WrongPlace extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'WrongPlace';
  }
}

/** Raised when everything is restored but what newer migrations do. */
export class RestoredAndOlder extends Error {
  constructor(cause: unknown) {
    super(
      'Everything is restored. Newer migrations could not be applied yet: the next start of the control API does it.',
      { cause },
    );
    this.name = 'RestoredAndOlder';
  }
}
