export { migrate, type MigrateOptions, type MigrateResult } from './migrate.js';
export { appliedMigrations, type AppliedMigration } from './history.js';
export { declarationsOf } from './declarations.js';
export { driftOf } from './drift.js';
export {
  canonicalChecksum,
  checksumsOf,
  hasChecksum,
  migrationNames,
  readMigrations,
  type Migration,
} from './migrations.js';
export { describeHolder, holderColumns, type Holder } from './holders.js';
export { prismaLock as migrationLock } from './session.js';
export { describeLeft, type Leftover } from './leftover.js';
export { clear } from './leftovers.js';
export { InvalidIndex, MigrationDrift, MigrationFailed, MigrationLocked } from './errors.js';
