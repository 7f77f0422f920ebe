/** Where sealed secrets are kept in the control database. `owner` and `where` are SQL over the table's columns. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** What each value was sealed for: unique among the table's rows. */
  readonly owner: string;
  /** The rows that count; by default all. */
  readonly where?: string;
  /** Its values are worth nothing after a day, and are left as they are until then. */
  readonly expires?: true;
  /** The view in the schema `catalog` through which app-api reads the same column. */
  readonly view?: string;
}

/**
 * Every column that holds sealed secrets: what a start has to be able to open, and what is sealed anew under a newer key.
 * Answers to Idempotency-Keys go with an HMAC under the same key, of a request that nobody has any more: they expire. Tenants'
 * own databases keep such answers too.
 */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'Tenant', column: 'roleSecret', owner: '"id"::text', view: 'tenant' },
  { table: 'Tenant', column: 'nextRoleSecret', owner: '"id"::text' },
  { table: 'Tenant', column: 'formerRoleSecret', owner: '"id"::text' },
  { table: 'DatabaseServer', column: 'adminSecret', owner: '"id"::text' },
  { table: 'SigningKey', column: 'privateSecret', owner: '"kid"', view: 'signing_key' },
  {
    table: 'IdempotencyKey',
    column: 'answer',
    owner: `"actorId" || ':' || "key"`,
    where: '"expiresAt" > now()',
    expires: true,
  },
];

/** A row of what `keysInUse` asks for. */
export interface KeyInUse {
  /** Of the encryption key. */
  readonly id: string;
  /** How many secrets it sealed. */
  readonly count: number;
}

/** SQL that counts sealed secrets by key: all of the control database's, or those that app-api may read. */
export function keysInUse(scope: 'control' | 'catalog'): string {
  const columns = scope === 'control' ? sealedColumns : sealedColumns.filter(({ view }) => view !== undefined);
  const parts = columns.map(({ table, view, column, where = 'true' }) => {
    const source = scope === 'control' ? `"${table}"` : `"catalog"."${view}"`;
    return `SELECT split_part("${column}", '.', 2) AS id FROM ${source} WHERE "${column}" IS NOT NULL AND ${where}`;
  });
  return `SELECT id, count(*)::int AS count FROM (${parts.join(' UNION ALL ')}) AS sealed GROUP BY id ORDER BY id`;
}
