export {
  migrate,
  appliedMigrations,
  type MigrateOptions,
  type MigrateResult,
  type AppliedMigration,
} from './migrate.js';
export { readMigrations, type Migration } from './migrations.js';
export { MigrationDrift, MigrationFailed, MigrationLocked, TransactionLeftOpen } from './errors.js';
