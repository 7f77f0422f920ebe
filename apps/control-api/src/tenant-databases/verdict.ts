import { sqlState } from '@helpdeskly/database';

/**
 * Why a role did not get what it asked for:
 *
 * - `credential`: the server rejects the role's credential;
 * - `closed`: the role may not do that, or not connect there;
 * - `absent`: the role or database does not exist;
 * - `full`: the role may connect, but there is no free connection at the moment;
 * - `locked`: the role may ask for the lock, but another session holds it;
 * - `away`: the server cannot be reached by anybody;
 * - `broken`: anything else: nothing was refused, but it did not work.
 */
export type Verdict = 'credential' | 'closed' | 'absent' | 'full' | 'locked' | 'away' | 'broken';

/** Source: https://www.postgresql.org/docs/18/errcodes-appendix.html */
const verdicts: Readonly<Record<string, Verdict>> = {
  '28P01': 'credential', // invalid_password; also if the server does not know the role
  '28000': 'credential', // invalid_authorization_specification: NOLOGIN, or pg_hba.conf
  '42501': 'closed', // insufficient_privilege
  '55000': 'closed', // object_not_in_prerequisite_state: nobody may connect to the database
  '3D000': 'absent', // invalid_catalog_name
  '22023': 'absent', // invalid_parameter_value: SET ROLE to a role that does not exist
  '53300': 'full', // too_many_connections
  '55P03': 'locked', // lock_not_available
  '57P01': 'away', // admin_shutdown
  '57P02': 'away', // crash_shutdown
  '57P03': 'away', // cannot_connect_now
};

/** What an error means for the role. If there was no answer, or the server could not be reached, there is no SQLSTATE. */
export function verdictOf(error: unknown): Verdict {
  const state = sqlState(error);
  if (state === undefined || state.startsWith('08')) return 'away';
  return verdicts[state] ?? 'broken';
}

/** Whether PostgreSQL has refused, for a reason that lies in the role. */
export function isRefusal(error: unknown): boolean {
  return ['credential', 'closed', 'absent'].includes(verdictOf(error));
}
