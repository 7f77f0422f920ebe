import { isConnectionFailure, isStaleStatement } from '@helpdeskly/database';
import { isRemoval, wasEnded, wasSentAway } from './shut-role.js';
import type { TenantConnection } from './tenant-connection.js';

/** As many sessions as a pool may have are ended at once when a database is switched. */
export const mostEnded = 20;

/** A pooler may be told of a move before this process is, in milliseconds. */
const noticeMs = 1000;

interface Switches {
  readonly isSwitched: () => Promise<boolean>;
  readonly hasMoved: (withinMs: number) => Promise<boolean>;
}

/**
 * Runs one statement on a connection of its own; repeats it once if what was prepared for it is outdated or gone, and while its session was
 * ended because the database is being switched: `isSwitched` says so, when that is over. `hasMoved` says, of what a pooler did not pass on,
 * whether the database is elsewhere since it was asked.
 */
export async function ask<T>(
  lend: () => Promise<TenantConnection>,
  statement: (connection: TenantConnection) => Promise<T>,
  { isSwitched, hasMoved }: Switches,
): Promise<T> {
  for (let ended = 0, stale = 0; ;)
    try {
      return await askOnce(lend, statement);
    } catch (error) {
      const again = isStaleStatement(error)
        ? ++stale === 1
        : ++ended < mostEnded &&
          ((wasEnded(error) && (await isSwitched())) ||
            (wasSentAway(error) && (await hasMoved(isRemoval(error) ? noticeMs : 0))));
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
