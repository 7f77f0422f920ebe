/** Raised when a migration that is applied differs from the file of the same name: nothing is touched. */
export class MigrationDrift extends Error {
  constructor(readonly migrations: readonly string[]) {
    super(`Applied migrations differ from their files: ${migrations.join(', ')}.`);
    this.name = 'MigrationDrift';
  }
}

/** Raised when PostgreSQL refuses a migration; it left nothing behind but its record. `sqlState` is PostgreSQL's code. */
export class MigrationFailed extends Error {
  constructor(
    readonly migration: string,
    readonly sqlState: string | undefined,
    readonly statement: string | undefined,
    cause: Error,
  ) {
    const where = statement === undefined ? '' : ` at: ${statement}`;
    super(`The migration ${migration} failed with ${sqlState ?? 'no SQLSTATE'}: ${cause.message}${where}`, { cause });
    this.name = 'MigrationFailed';
  }
}
