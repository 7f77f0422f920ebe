import { isConnectionFailure, isStaleStatement } from '@helpdeskly/database';
import { wasEnded } from './shut-role.js';
import type { TenantConnection } from './tenant-connection.js';

/** As many sessions as a pool may have are ended at once when a database is switched. */
export const mostEnded = 20;

/**
 * Runs one statement on a connection of its own; repeats it once if what was prepared for it is outdated or gone, and while its session was
 * ended because the database is being switched: `isSwitched` says so, when that is over.
 */
export async function ask<T>(
  lend: () => Promise<TenantConnection>,
  statement: (connection: TenantConnection) => Promise<T>,
  isSwitched: () => Promise<boolean>,
): Promise<T> {
  for (let ended = 0, stale = 0; ;)
    try {
      return await askOnce(lend, statement);
    } catch (error) {
      const again = isStaleStatement(error)
        ? ++stale === 1
        : wasEnded(error) && ++ended < mostEnded && (await isSwitched());
      if (!again) throw error; // Otherwise on a new connection.
    }
}

async function askOnce<T>(
  lend: () => Promise<TenantConnection>,
  statement: (connection: TenantConnection) => Promise<T>,
): Promise<T> {
  const connection = await lend();
  let failure: Error | undefined;
  try {
    return await statement(connection);
  } catch (error) {
    if (isConnectionFailure(error)) failure = error as Error;
    throw error;
  } finally {
    connection.release(failure);
  }
}
