import { isConnectionFailure, isStaleStatement } from '@helpdeskly/database';
import type { TenantConnection } from './tenant-connection.js';

/** Runs one statement on a connection of its own; repeats it once if what was prepared for it is outdated or gone. */
export async function ask<T>(
  lend: () => Promise<TenantConnection>,
  statement: (connection: TenantConnection) => Promise<T>,
): Promise<T> {
  try {
    return await askOnce(lend, statement);
  } catch (error) {
    if (!isStaleStatement(error)) throw error;
    return askOnce(lend, statement); // On a new connection: the open ones were replaced.
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
