import { sqlState } from '@helpdeskly/database';

/**
 * What it means when a role did not get what it asked for:
 *
 * - `credential`: the server does not take what the role signs in by;
 * - `closed`: it may not do that, or come in there;
 * - `absent`: there is no such role or database;
 * - `full`: it would be let in, and there is no room at the moment;
 * - `locked`: it was allowed to ask for a lock that somebody else holds;
 * - `away`: the server, or the way to it, is not there for anybody;
 * - `broken`: anything else: it is refused nothing, and gets nothing.
 */
export type Verdict = 'credential' | 'closed' | 'absent' | 'full' | 'locked' | 'away' | 'broken';

/** Source: https://www.postgresql.org/docs/18/errcodes-appendix.html */
const verdicts: Readonly<Record<string, Verdict>> = {
  '28P01': 'credential', // invalid_password; also of a server that does not know the role
  '28000': 'credential', // invalid_authorization_specification: NOLOGIN, or pg_hba.conf
  '42501': 'closed', // insufficient_privilege
  '55000': 'closed', // object_not_in_prerequisite_state: a database that nobody may connect to
  '3D000': 'absent', // invalid_catalog_name
  '22023': 'absent', // invalid_parameter_value: SET ROLE to a role that is not there
  '53300': 'full', // too_many_connections
  '55P03': 'locked', // lock_not_available
  '57P01': 'away', // admin_shutdown
  '57P02': 'away', // crash_shutdown
  '57P03': 'away', // cannot_connect_now
};

/** What an error says of whoever asked. Whoever is not answered, or cannot reach the server, has no SQLSTATE. */
export function verdictOf(error: unknown): Verdict {
  const state = sqlState(error);
  if (state === undefined || state.startsWith('08')) return 'away';
  return verdicts[state] ?? 'broken';
}

/** Whether PostgreSQL has refused, for a reason that is the role's. */
export function isRefusal(error: unknown): boolean {
  return ['credential', 'closed', 'absent'].includes(verdictOf(error));
}
