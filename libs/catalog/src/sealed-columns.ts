/** A column of the control database with encrypted secrets. `owner` and `where` are SQL over the table's columns. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The owner's id for each value: unique among the table's rows. */
  readonly owner: string;
  /** The rows that count; by default all. */
  readonly where?: string;
  /** Its values expire after a day, and are not re-encrypted. */
  readonly expires?: true;
  /** The view in the schema `catalog` through which app-api reads the same column. */
  readonly view?: string;
}

/**
 * Every column that holds encrypted secrets: a start must be able to decrypt them, and the control plane re-encrypts them with a newer
 * key. Answers to Idempotency-Keys have an HMAC under the same key, of a request that no longer exists, so they expire instead. Tenants'
 * databases hold such answers too.
 */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'Tenant', column: 'roleSecret', owner: '"id"::text', view: 'tenant' },
  { table: 'Tenant', column: 'nextRoleSecret', owner: '"id"::text' },
  { table: 'Tenant', column: 'formerRoleSecret', owner: '"id"::text' },
  { table: 'Tenant', column: 'dataKeySecret', owner: `"id"::text || ':data'`, view: 'tenant_data_key' },
  { table: 'ArchiveKey', column: 'keySecret', owner: `"tenantId"::text || ':archives'` },
  { table: 'DatabaseServer', column: 'adminSecret', owner: '"id"::text' },
  { table: 'OperatorTotp', column: 'totpSecret', owner: '"operatorId"::text' },
  { table: 'SigningKey', column: 'privateSecret', owner: '"kid"', view: 'signing_key' },
  { table: 'MailKey', column: 'privateSecret', owner: `"selector" || ':mail'`, view: 'mail_key' },
  {
    table: 'IdempotencyKey',
    column: 'answer',
    owner: `"actorId" || ':' || "key"`,
    where: '"expiresAt" > now()',
    expires: true,
  },
];

/** A row of the query `keysInUse`. */
export interface KeyInUse {
  /** Id of the encryption key. */
  readonly id: string;
  /** How many secrets it encrypts. */
  readonly count: number;
}

/**
 * SQL that counts encrypted secrets by key: all of the control database's, or those that app-api may read. `known` are those columns that the
 * database has; an older one lacks some.
 */
export function keysInUse(scope: 'control' | 'catalog', known: readonly SealedColumn[] = sealedColumns): string {
  const columns = scope === 'control' ? known : known.filter(({ view }) => view !== undefined);
  const parts = columns.map(({ table, view, column, where = 'true' }) => {
    const source = scope === 'control' ? `"${table}"` : `"catalog"."${view}"`;
    return `SELECT split_part("${column}", '.', 2) AS id FROM ${source} WHERE "${column}" IS NOT NULL AND ${where}`;
  });
  return `SELECT id, count(*)::int AS count FROM (${parts.join(' UNION ALL ')}) AS sealed GROUP BY id ORDER BY id`;
}
