// What a migration of tenants' databases must not do while they serve, and what to write instead. Squawk's rules were the model.
import { holds, lastName } from './deeds.mjs';

const apart = 'in a file of its own with `-- no-transaction` among its leading comment lines';
const release = 'in a release of its own, once no build that serves uses it';

/** Functions that give one value for the whole statement: such a default is computed once, and no row is written. */
const steady = new Set([
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_database',
  'current_schema',
  'lower',
  'upper',
]);
const isUnsteady = (kind, node) => kind === 'FuncCall' && !steady.has(lastName(node.funcname));
const typeOf = ({ typeName }) => lastName(typeName?.names);
const isConcurrent = (node) =>
  (node.options ?? node.params ?? []).some(
    ({ DefElem: each }) => each?.defname === 'concurrently' || each?.defname === 'concurrent',
  );
const named = (node) =>
  (node.objects ?? []).map((each) =>
    lastName(each.List?.items ?? each.TypeName?.names ?? each.ObjectWithArgs?.objname),
  );

/**
 * `on`: kinds of deeds (see deeds.mjs). `breaks(deed, script)`: whether this one breaks the rule; without it, each does. Rules with `also`
 * count for tables that the script itself makes; the others do not, for nobody uses or fills these yet.
 */
export const rules = {
  'index-concurrently': {
    on: ['IndexStmt'],
    breaks: ({ node }) => node.concurrent !== true,
    why: 'no row can be written until the index is built',
    instead: `CREATE INDEX CONCURRENTLY ${apart}`,
  },
  'index-if-not-exists': {
    on: ['IndexStmt'],
    breaks: ({ node }) => node.concurrent === true && node.if_not_exists === true,
    why: 'it takes an invalid index, which an earlier try left, for a good one',
    instead: 'CREATE INDEX CONCURRENTLY without IF NOT EXISTS: the migrator removes what a failed try left',
  },
  'concurrently-alone': {
    also: true,
    on: ['IndexStmt', 'DropStmt', 'ReindexStmt'],
    breaks: ({ node, kind }, { statements }) =>
      statements > 1 && (kind === 'ReindexStmt' ? isConcurrent(node) : node.concurrent === true),
    why: 'PostgreSQL refuses it beside other statements',
    instead: `the statement ${apart}`,
  },
  'drop-index-concurrently': {
    on: ['DropStmt'],
    breaks: ({ node }) => node.removeType === 'OBJECT_INDEX' && node.concurrent !== true,
    why: 'it waits for every query of the table, and all later ones wait behind it',
    instead: `DROP INDEX CONCURRENTLY ${apart}`,
  },
  'reindex-concurrently': {
    on: ['ReindexStmt'],
    breaks: ({ node }) => !isConcurrent(node),
    why: 'no row can be written until the index is rebuilt',
    instead: `REINDEX … CONCURRENTLY ${apart}`,
  },
  'refresh-concurrently': {
    on: ['RefreshMatViewStmt'],
    breaks: ({ node }) => node.concurrent !== true,
    why: 'nobody can read the view until it is computed',
    instead: 'REFRESH MATERIALIZED VIEW CONCURRENTLY',
  },
  'detach-concurrently': {
    on: ['AT_DetachPartition'],
    breaks: ({ node }) => node.def?.PartitionCmd?.concurrent !== true,
    why: 'nobody can use the table until every query of it has ended',
    instead: `DETACH PARTITION … CONCURRENTLY ${apart}`,
  },
  'not-null': {
    on: ['AT_SetNotNull', 'constraint CONSTR_NOTNULL'],
    breaks: ({ kind, node, table }, script) =>
      kind === 'AT_SetNotNull' ? !script.provesNotNull(table, node.name) : node.skip_validation !== true,
    why: 'the whole table is read while nobody can use it',
    instead: 'ADD CONSTRAINT … NOT NULL "column" NOT VALID, and VALIDATE CONSTRAINT in a later file',
  },
  'new-not-null-column': {
    on: ['column CONSTR_NOTNULL'],
    breaks: ({ column }) => !(column.constraints ?? []).some(({ Constraint: { contype } }) => fills.has(contype)),
    why: 'it fails where the table has rows, and the build before does not fill the column',
    instead: 'the column with a constant DEFAULT, or without NOT NULL until every row has a value',
  },
  'rewriting-default': {
    on: ['column CONSTR_DEFAULT', 'column CONSTR_IDENTITY'],
    breaks: ({ kind, node }) => kind === 'column CONSTR_IDENTITY' || holds(node.raw_expr, isUnsteady),
    why: 'each row gets a value of its own: the table is rewritten while nobody can use it',
    instead: 'ADD COLUMN without a default, ALTER COLUMN … SET DEFAULT, and fill the rows in batches in a later file',
  },
  'stored-column': {
    on: ['column CONSTR_GENERATED'],
    breaks: ({ node }) => node.generated_kind !== 'v',
    why: 'the table is rewritten while nobody can use it',
    instead: 'a VIRTUAL column, or an ordinary one that a trigger sets, and whose rows are filled in batches',
  },
  'column-type': {
    on: ['AT_AlterColumnType'],
    why: 'the table and its indexes are rewritten while nobody can use it, and sessions of the build before expect the old type',
    instead: 'a new column that both builds write, filled in batches; the old one goes a release later',
  },
  rewrite: {
    on: [
      'AT_SetLogged',
      'AT_SetUnLogged',
      'AT_SetTableSpace',
      'AT_SetAccessMethod',
      'ClusterStmt',
      'VacuumStmt',
      'RepackStmt',
    ],
    breaks: ({ kind, node }) =>
      kind !== 'VacuumStmt' || (node.options ?? []).some(({ DefElem: { defname } }) => defname === 'full'),
    why: 'the table is rewritten while nobody can use it',
    instead: 'a new table beside the old one, filled in batches; or a time at which the tenant is suspended',
  },
  'foreign-key-not-valid': {
    on: ['constraint CONSTR_FOREIGN', 'column CONSTR_FOREIGN'],
    breaks: ({ node }) => node.skip_validation !== true,
    why: 'both tables refuse writes while every row is looked up',
    instead: 'ADD CONSTRAINT … FOREIGN KEY … NOT VALID, and VALIDATE CONSTRAINT in a later file',
  },
  'check-not-valid': {
    on: ['constraint CONSTR_CHECK', 'column CONSTR_CHECK'],
    breaks: ({ node }) => node.skip_validation !== true,
    why: 'every row is checked while nobody can use the table',
    instead: 'ADD CONSTRAINT … CHECK (…) NOT VALID, and VALIDATE CONSTRAINT in a later file',
  },
  'validate-apart': {
    on: ['AT_ValidateConstraint'],
    breaks: ({ node, table }, script) => script.adds(table, node.name),
    why: 'the lock that adding the constraint took is held until every row is checked',
    instead: 'VALIDATE CONSTRAINT in a later file, which lets writes go on',
  },
  'constraint-using-index': {
    on: ['CONSTR_UNIQUE', 'CONSTR_PRIMARY', 'CONSTR_EXCLUSION'].flatMap((kind) => [
      `constraint ${kind}`,
      `column ${kind}`,
    ]),
    breaks: ({ node }) => node.indexname === undefined,
    why: 'its index is built while nobody can use the table',
    instead: `CREATE UNIQUE INDEX CONCURRENTLY ${apart}, AND ADD CONSTRAINT … USING INDEX after it`,
  },
  rename: {
    on: ['RenameStmt', 'AlterObjectSchemaStmt', 'AlterEnumStmt'],
    breaks: ({ kind, node }) =>
      kind === 'AlterEnumStmt' ? node.oldVal !== undefined : !nameless.has(node.renameType ?? node.objectType),
    why: 'the build before asks for the old name',
    instead: `a new column, table or value that both builds write; drop the old one ${release}`,
  },
  drop: {
    on: ['DropStmt', 'AT_DropColumn', 'DropOwnedStmt'],
    breaks: ({ kind, node }, { made }) =>
      kind !== 'DropStmt' || (!harmless.has(node.removeType) && !named(node).every((name) => made.has(name))),
    why: 'the build before may use it, and what it held is gone',
    instead: `the same ${release}; say which in \`-- allow drop: …\``,
  },
  'drop-default': {
    on: ['AT_ColumnDefault'],
    breaks: ({ node }) => node.def === undefined,
    why: 'the build before leaves the column out where it inserts',
    instead: `the same ${release}`,
  },
  'drop-not-null': {
    on: ['AT_DropNotNull'],
    why: 'the build before does not expect null',
    instead: 'this in one release, and writing null in the next; say so in `-- allow drop-not-null: …`',
  },
  'whole-table-write': {
    on: ['UpdateStmt', 'DeleteStmt', 'TruncateStmt'],
    breaks: ({ kind, node }) => kind === 'TruncateStmt' || node.whereClause === undefined,
    why: 'every row stays locked until the script ends, and a large table doubles in size',
    instead: 'a block (DO) as the only statement of a file that writes some thousand rows, commits, and goes on',
  },
  'lock-table': {
    on: ['LockStmt'],
    why: 'nobody else can use the table until the script ends',
    instead: 'statements that take the lock that they need',
  },
  limits: {
    also: true,
    on: ['VariableSetStmt'],
    breaks: ({ node }) =>
      ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'].includes(node.name),
    why: 'whoever waits for a lock stops everybody behind it',
    instead: 'nothing: the migrator sets these, gives way after 3 s and comes back',
  },
  transaction: {
    also: true,
    on: ['TransactionStmt'],
    why: 'a script and its record are one transaction; if the process dies in between, the script would run twice',
    instead: 'nothing: the migrator begins and ends it',
  },
  'column-kind': {
    also: true,
    on: ['AT_AddColumn', 'ColumnDef'],
    breaks: ({ node }) =>
      ['timestamp', 'bpchar', 'serial', 'bigserial', 'smallserial', 'money', 'timetz'].includes(typeOf(node)),
    why: 'timestamp and timetz lose the instant, char(n) pads, money depends on the server, serial leaves a sequence with grants of its own',
    instead: 'timestamptz, text, numeric, or GENERATED ALWAYS AS IDENTITY (in a new table)',
  },
  undeclared: {
    also: true,
    on: ['script'],
    breaks: (_deed, { compatible }) => !compatible,
    why: 'processes of the build before refuse every tenant that has it (503 tenant_upgrading)',
    instead:
      '`-- compatible` among its leading comment lines if the build before serves with it, else `-- allow undeclared: …`',
  },
};

const fills = new Set(['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY']);
/** What nothing but the catalog calls by its name. */
const nameless = new Set([
  'OBJECT_INDEX',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
  'OBJECT_STATISTIC_EXT',
]);
/** What other rules judge, and what no statement of a build names. */
const harmless = new Set([
  'OBJECT_INDEX',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
  'OBJECT_STATISTIC_EXT',
  'OBJECT_EVENT_TRIGGER',
]);
