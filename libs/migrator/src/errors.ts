/** Raised when a migration that is applied differs from the file of the same name: nothing is touched. */
export class MigrationDrift extends Error {
  constructor(readonly migrations: readonly string[]) {
    super(`Applied migrations differ from their files: ${migrations.join(', ')}.`);
    this.name = 'MigrationDrift';
  }
}

/**
 * Raised when PostgreSQL refuses a migration; it left nothing behind but its record. `sqlState` is PostgreSQL's code,
 * `statement` the statement that it stopped at, as far as it said so.
 */
export class MigrationFailed extends Error {
  constructor(
    readonly migration: string,
    readonly sqlState: string | undefined,
    readonly statement: { readonly text: string; readonly line: number } | undefined,
    cause: Error,
  ) {
    const where = statement === undefined ? '' : `\nStatement, line ${statement.line}: ${statement.text}`;
    super(`The migration ${migration} failed with ${sqlState ?? 'no SQLSTATE'}: ${cause.message}${where}`, { cause });
    this.name = 'MigrationFailed';
  }
}

/** The cause of a MigrationFailed whose script began a transaction that it did not end: it was rolled back. */
export class TransactionLeftOpen extends Error {
  constructor() {
    super('the script leaves a transaction open');
    this.name = 'TransactionLeftOpen';
  }
}

/** Raised when somebody else has been migrating the same database for too long. `code` is lock_not_available. */
export class MigrationLocked extends Error {
  readonly code = '55P03';
  constructor() {
    super('Somebody else is migrating this database.');
    this.name = 'MigrationLocked';
  }
}
