/** What a query of a tenant may write to disk for sorting and hashing: PostgreSQL ends it past that. */
export const tempFileLimit = '1GB';

/**
 * What `ALTER ROLE … SET` says of a tenant's login role, as pg_roles.rolconfig shows it, sorted: all of it, and nothing else.
 * A role may change its own settings but for `temp_file_limit`, which binds it; only a superuser, or who was granted SET on
 * that parameter, can give it: `limitsTempFiles`.
 */
export function roleSettings(statementTimeoutMs: number, limitsTempFiles: boolean): string[] {
  return [
    `statement_timeout=${Number(statementTimeoutMs)}`,
    ...(limitsTempFiles ? [`temp_file_limit=${tempFileLimit}`] : []),
  ];
}

/** What `ALTER DATABASE … SET` says of a tenant's database, as pg_db_role_setting shows it, sorted. */
export const databaseSettings: readonly string[] = ['TimeZone=UTC', 'search_path=public'];
