import 'reflect-metadata';
import { ConfigError, readControlConfig } from '@helpdeskly/config';
import { openControlPlane } from './startup/control-plane.js';
import { prepareServers } from './startup/prepare-servers.js';

/**
 * Brings the control database, the queues' tables, the shared roles and the template up to date, and ends. It is the first step
 * of a release, so that the release's processes find everything done. They would do the same.
 */
try {
  const plane = await openControlPlane(readControlConfig());
  try {
    await prepareServers(plane, { patiently: true });
    const last = plane.migrations.current.at(-1)?.name ?? 'none';
    process.stdout.write(`The control database is up to date; tenants' last migration is ${last}.\n`);
  } finally {
    await plane.close();
  }
} catch (error) {
  const said = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${said}\n`);
  process.exit(1);
}
