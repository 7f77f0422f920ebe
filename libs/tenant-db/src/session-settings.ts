/** Settings that every version of PgBouncer applies to the server connection that it lends; it refuses others. */
const carried: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
};

/**
 * Other settings that the product depends on: the form of answers, the meaning of statements, what statements may do and for how long,
 * and that a session can begin at all: a library that cannot be loaded ends the login.
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
 * The settings that a session sets at its start, so that other settings of the role, or the database, do not matter: a
 * tenant's credential may ALTER ROLE CURRENT_USER SET almost anything. For a session that a pooler opens, we can set only what
 * every PgBouncer carries; the rest comes from the role, which the control plane repairs.
 * Source: https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-START-UP; for precedence
 * https://www.postgresql.org/docs/18/config-setting.html
 */
export function sessionSettings(throughPooler: boolean, queryTimeoutMs: number): Readonly<Record<string, string>> {
  if (throughPooler) return carried;
  return { ...carried, ...direct, statement_timeout: String(queryTimeoutMs) };
}
