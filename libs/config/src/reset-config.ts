import { Reader } from './reader.js';

/** Configuration of the command that resets the password of a lost OWNER. */
export interface ResetConfig {
  readonly controlDatabaseUrl: string;
}

/** Throws ConfigError. */
export function readResetConfig(environment: Readonly<Record<string, string | undefined>> = process.env): ResetConfig {
  const read = new Reader(environment);
  const controlDatabaseUrl = read.url('CONTROL_DATABASE_URL', ['postgres:', 'postgresql:']);
  read.finish();
  return Object.freeze({ controlDatabaseUrl });
}
