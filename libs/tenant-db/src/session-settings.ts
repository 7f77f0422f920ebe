/** Settings that PgBouncer carries to whichever server connection it lends, in every version; others it refuses. */
const carried: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
};

/**
 * What else the product depends on: what answers look like and what statements mean, what they may do and for how long,
 * and that a session begins at all. A library that cannot be loaded ends a sign-in.
 */
const direct: Readonly<Record<string, string>> = {
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  transform_null_equals: 'off',
  search_path: 'public',
  gin_fuzzy_search_limit: '0',
  restrict_nonsystem_relation_kind: '',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_session_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  client_min_messages: 'notice',
  local_preload_libraries: '',
};

/**
 * What a session says at its start, so that it does not matter what the role, or the database, has been given meanwhile: a
 * tenant's credential may ALTER ROLE CURRENT_USER SET almost anything. Of the session that a pooler opens, only the settings
 * that every PgBouncer carries are ours to say; the rest is the role's, which the control plane mends.
 * Source: https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-START-UP, and of precedence
 * https://www.postgresql.org/docs/18/config-setting.html
 */
export function sessionSettings(throughPooler: boolean, queryTimeoutMs: number): Readonly<Record<string, string>> {
  if (throughPooler) return carried;
  return { ...carried, ...direct, statement_timeout: String(queryTimeoutMs) };
}
