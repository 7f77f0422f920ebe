// Judges migrations of tenants' databases by rules.mjs. A comment line `-- allow RULE: REASON` before a statement waives a rule for it.
import { declarationsOf } from '@helpdeskly/migrator';
import { deedsOf, lastName } from './deeds.mjs';
import { rules } from './rules.mjs';

/**
 * What is wrong with migrations, given in their order as `{ name, sql }`. Those that `isEarlier` names are read, since later ones build on
 * them, and not judged. A finding is `{ migration, line, rule, why, instead }`.
 */
export function lint(migrations, isEarlier = () => false) {
  const checks = new Checks();
  return migrations.flatMap(({ name, sql }) => {
    let deeds;
    try {
      deeds = deedsOf(sql);
    } catch (error) {
      const finding = {
        migration: name,
        line: 1,
        rule: 'syntax',
        why: error.message,
        instead: 'SQL that PostgreSQL understands',
      };
      return isEarlier(name) ? [] : [finding];
    }
    const findings = isEarlier(name) ? [] : judge(deeds, new Script(sql, deeds, checks));
    checks.learn(deeds);
    return findings.map((finding) => ({ migration: name, ...finding }));
  });
}

function judge(deeds, script) {
  const head = { kind: 'script', line: 1, comments: deeds[0]?.comments ?? [], statement: 0 };
  const allowed = new Map(
    [head, ...deeds].flatMap(waiversOf).map((waiver) => [`${waiver.statement} ${waiver.rule}`, waiver]),
  );
  const found = [head, ...deeds, ...script.columns].flatMap((deed) =>
    Object.entries(rules)
      .filter(
        ([, { on, also, breaks }]) =>
          on.includes(deed.kind) && (also || !script.isNew(deed)) && (breaks?.(deed, script) ?? true),
      )
      .map(([rule, { why, instead }]) => ({ line: deed.line, rule, why, instead, statement: deed.statement })),
  );
  const kept = found.filter(({ rule, statement }) => {
    const waiver = allowed.get(`${statement} ${rule}`);
    if (waiver !== undefined) waiver.used = true;
    return waiver === undefined || waiver.reason === '';
  });
  const each = new Map(kept.map(({ statement: _, ...finding }) => [`${finding.line} ${finding.rule}`, finding]));
  return [...each.values(), ...[...allowed.values()].flatMap(wrongWaiver)];
}

function waiversOf({ comments, line, statement }) {
  return comments.flatMap((comment) => {
    if (!comment.startsWith('allow ')) return [];
    const [rule, ...reason] = comment.slice('allow '.length).split(':');
    return { rule: rule.trim(), reason: reason.join(':').trim(), line, statement, used: false };
  });
}

function wrongWaiver({ rule, reason, line, used }) {
  const why = !used
    ? `\`-- allow ${rule}\` allows nothing here`
    : reason === ''
      ? `\`-- allow ${rule}\` gives no reason`
      : undefined;
  return why === undefined
    ? []
    : [{ line, rule: 'waiver', why, instead: used ? `-- allow ${rule}: why it does no harm` : 'no such line' }];
}

/** What rules ask of the script in which a deed is. */
class Script {
  constructor(sql, deeds, checks) {
    this.compatible = declarationsOf(sql).compatible;
    this.statements = new Set(deeds.map(({ statement }) => statement)).size;
    this.deeds = deeds;
    this.checks = checks;
    const created = deeds.filter(({ kind }) => kind === 'CreateStmt' || kind === 'CreateTableAsStmt');
    /** Tables that this script creates. */
    this.tables = new Set(created.map(({ node }) => (node.relation ?? node.into.rel).relname));
    /** Columns of these, which other deeds do not show. */
    this.columns = created.flatMap((deed) =>
      (deed.node.tableElts ?? []).flatMap(({ ColumnDef: node }) =>
        node === undefined ? [] : [{ ...deed, kind: 'ColumnDef', node }],
      ),
    );
    /** Names of everything that this script creates. */
    this.made = new Set([...this.tables, ...deeds.flatMap(({ kind, node }) => madeBy(kind, node) ?? [])]);
  }

  isNew({ table }) {
    return table !== undefined && this.tables.has(table);
  }

  /** Whether the script adds that constraint. */
  adds(table, name) {
    return this.deeds.some(
      (deed) => deed.table === table && deed.kind.startsWith('constraint ') && deed.node.conname === name,
    );
  }

  /** Whether a validated CHECK says that the column is not null: then PostgreSQL reads no row. */
  provesNotNull(table, column) {
    return this.checks.prove(table, column);
  }
}

function madeBy(kind, node) {
  if (kind === 'CreateFunctionStmt') return lastName(node.funcname);
  if (kind === 'ViewStmt') return node.view.relname;
  if (kind === 'CreateEnumStmt') return lastName(node.typeName);
  return undefined;
}

/** The constraints CHECK ("column" IS NOT NULL) of all scripts so far. */
class Checks {
  known = new Map();

  learn(deeds) {
    for (const { kind, node, table } of deeds) {
      if (kind === 'constraint CONSTR_CHECK') {
        const { NullTest: test } = node.raw_expr;
        if (test?.nulltesttype !== 'IS_NOT_NULL') continue;
        const column = lastName(test.arg.ColumnRef?.fields);
        this.known.set(`${table} ${node.conname}`, { table, column, valid: node.skip_validation !== true });
      }
      const check = this.known.get(`${table} ${node.name}`);
      if (kind === 'AT_ValidateConstraint' && check !== undefined) check.valid = true;
      if (kind === 'AT_DropConstraint') this.known.delete(`${table} ${node.name}`);
    }
  }

  prove(table, column) {
    return [...this.known.values()].some((check) => check.table === table && check.column === column && check.valid);
  }
}
