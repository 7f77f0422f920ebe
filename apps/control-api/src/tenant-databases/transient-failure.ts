import { isConnectionFailure, sqlState } from '@helpdeskly/database';
import { isContention } from './contention.js';

/**
 * Whether waiting may help: the server is away, restarting or full, another session holds a lock, or this session was a deadlock's
 * victim. Everything else (a broken migration, a missing privilege, a wrong password) will fail again.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function isTransient(error: unknown): boolean {
  if (isContention(error)) return true;
  const state = sqlState(error) ?? '';
  if (/^(40|53|55006|55P03)/.test(state)) return true;
  return isConnectionFailure(error) && !/^(28|3D)/.test(state);
}
