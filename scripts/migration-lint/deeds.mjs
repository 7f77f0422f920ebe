// What a script does, one deed after the other, from PostgreSQL's own parser.
import { loadModule, parseSync } from 'libpg-query';

await loadModule();

/**
 * The deeds of a script: a statement is one, but an ALTER TABLE is as many as it has clauses, and a new column also one for each of its
 * constraints. `kind` is the parser's name of the statement or clause, or `column …` and `constraint …` with the kind of a constraint.
 * `statement` is the number of the statement, `comments` are the comment lines before it. Throws PostgreSQL's error for what it does not
 * understand.
 */
export function deedsOf(sql) {
  const bytes = Buffer.from(sql);
  let end = 0;
  return parseSync(sql).stmts.flatMap(({ stmt, stmt_location: at = 0, stmt_len: length }, statement) => {
    const before = bytes.subarray(0, end).toString();
    end = length === undefined ? bytes.length : at + length;
    const text = bytes.subarray(Buffer.byteLength(before), end).toString();
    const [head] = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text);
    const line = `${before}${head}`.split('\n').length;
    const comments = head
      .split('\n')
      .map((each) => each.trim())
      .flatMap((each) => (each.startsWith('--') ? each.slice(2).trim() : []));
    const [[kind, node]] = Object.entries(stmt);
    return parts(kind, node).map((deed) => ({ ...deed, statement, line, comments }));
  });
}

function parts(kind, node) {
  if (kind === 'AlterTableStmt' && node.objtype === 'OBJECT_TABLE')
    return node.cmds.flatMap(({ AlterTableCmd: clause }) => clausesOf(node.relation.relname, clause));
  return [{ kind, node, table: node.relation?.relname }];
}

function clausesOf(table, clause) {
  const { subtype, def } = clause;
  if (subtype === 'AT_AddConstraint')
    return [{ kind: `constraint ${def.Constraint.contype}`, node: def.Constraint, table }];
  if (subtype !== 'AT_AddColumn') return [{ kind: subtype, node: clause, table }];
  const column = def.ColumnDef;
  const constraints = (column.constraints ?? []).map(({ Constraint: node }) => ({
    kind: `column ${node.contype}`,
    node,
    table,
    column,
  }));
  return [{ kind: subtype, node: column, table }, ...constraints];
}

/** Whether a node, or one inside it, is what `is` says of its kind and content. */
export function holds(node, is) {
  if (node === null || typeof node !== 'object') return false;
  return Object.entries(node).some(([kind, inner]) => is(kind, inner) || holds(inner, is));
}

/** The last part of a name that the parser gives as a list. */
export const lastName = (names) => names?.at(-1)?.String?.sval;
