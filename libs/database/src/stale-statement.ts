import { messagesOf } from './failures.js';
import { sqlState } from './sql-state.js';

/**
 * Whether what this connection has prepared is outdated, because a migration has changed the tables, or gone: a prepared statement
 * (0A000 feature_not_supported, "cached plan must not change result type"; 26000 invalid_sql_statement_name, after DEALLOCATE or behind
 * a pooler that has changed the server connection), or a statement of a PL/pgSQL trigger (42804 datatype_mismatch, "type of parameter
 * 18 (bigint) does not match that when preparing the plan (integer)").
 */
export function isStaleStatement(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== '42804') return state === '0A000' || state === '26000';
  return messagesOf(error).some((message) => message.includes('does not match that when preparing the plan'));
}
