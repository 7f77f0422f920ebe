/** How much a tenant's query may write to disk for sorting and hashing; PostgreSQL ends it past that. */
export const tempFileLimit = '1GB';

/**
 * The complete `ALTER ROLE … SET` settings of a tenant's login role, as pg_roles.rolconfig shows them, sorted.
 * A role may change its own settings except `temp_file_limit`, which binds it. Only a superuser, or a role with SET on
 * that parameter, can set it: `limitsTempFiles`.
 */
export function roleSettings(statementTimeoutMs: number, limitsTempFiles: boolean): string[] {
  return [
    `statement_timeout=${Number(statementTimeoutMs)}`,
    ...(limitsTempFiles ? [`temp_file_limit=${tempFileLimit}`] : []),
  ];
}

/** The `ALTER DATABASE … SET` settings of a tenant's database, as pg_db_role_setting shows them, sorted. */
export const databaseSettings: readonly string[] = ['TimeZone=UTC', 'search_path=public'];
