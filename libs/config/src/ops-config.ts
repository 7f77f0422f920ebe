import { homedir } from 'node:os';
import { join } from 'node:path';
import { Reader } from './reader.js';

/** Configuration of the operators' command line. */
export interface OpsConfig {
  /** The control API's origin. */
  readonly controlUrl: string;
  /** Instead of a session. */
  readonly apiKey: string | undefined;
  /** Where the session of `login` is kept. */
  readonly sessionFile: string;
}

/** Throws ConfigError. */
export function readOpsConfig(environment: Readonly<Record<string, string | undefined>> = process.env): OpsConfig {
  const read = new Reader(environment);
  const folder = read.text('XDG_CONFIG_HOME', join(homedir(), '.config'));
  const config = {
    controlUrl: read.text('HELPDESKLY_CONTROL_URL', 'http://localhost:3001'),
    apiKey: read.optional('HELPDESKLY_API_KEY'),
    sessionFile: join(folder, 'helpdeskly', 'session.json'),
  };
  read.finish();
  return Object.freeze(config);
}
