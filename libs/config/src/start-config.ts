import { resolve } from 'node:path';
import { Reader } from './reader.js';

/** Configuration of `npm start`, beside the variables that it passes on to the two APIs. */
export interface StartConfig {
  readonly dataDir: string;
  readonly seedDemo: boolean;
  /** Whether a start begins a migration run when tenants lack migrations. */
  readonly autoMigrate: boolean;
  /** Every variable as given; `npm start` adds missing ones. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function readStartConfig(environment: Readonly<Record<string, string | undefined>> = process.env): StartConfig {
  const read = new Reader(environment);
  const config = {
    dataDir: resolve(read.text('HELPDESKLY_DATA_DIR', '.helpdeskly')),
    seedDemo: read.flag('SEED_DEMO', true),
    autoMigrate: read.flag('AUTO_MIGRATE', true),
    environment: Object.freeze({ ...environment }),
  };
  read.finish();
  return Object.freeze(config);
}
