import { Prisma } from '@helpdeskly/tenant-db';
import type { Column, Columns } from './column.js';
import { encoded, jsonObject, orNull, quoted, timed, type JsonField } from './json-sql.js';
import { isStaff, seenReference, type Viewer } from './viewer.js';

/** The JSON of an answer made of a row `t`, for each viewer; `others` are fields that are no columns. */
export function answerJson(columns: Columns, others: readonly JsonField<Viewer>[]): (viewer: Viewer) => Prisma.Sql {
  const answered = Object.entries(columns).filter(([, { rules }]) => rules.answer !== undefined);
  const shown = answered.filter(([, { rules }]) => rules.customers !== 'nothing');
  const staffs = jsonObject([...answered.map(([name, each]) => [name, jsonOf(name, each)] as const), ...others]);
  const customers = jsonObject([
    ...shown.map(([name, each]) => [name, seenByCustomers(name, each)] as const),
    ...others,
  ]);
  return (viewer) => (isStaff(viewer) ? staffs : customers)(viewer);
}

function seenByCustomers(name: string, each: Column): JsonField<Viewer>[1] {
  const { customers, names } = each.rules;
  if (names !== 'ticket') return jsonOf(typeof customers === 'object' ? customers.instead : name, each);
  return (viewer) => Prisma.sql`coalesce('"' || ${seenReference(viewer, `t."${name}"`)} || '"', 'null')`;
}

function jsonOf(source: string, { type, rules }: Column): string {
  const json = jsonWays[type.reads](`t."${source}"`);
  return rules.nullable === true || type.sql.endsWith('[]') ? orNull(json) : json; // Prisma makes no list column NOT NULL.
}

const jsonWays = { 'as is': encoded, 'as text': quoted, 'as time': timed } as const;

/** What is read of rows `t` that are locked: times are Dates. */
export function lockedSelection(columns: Columns): Prisma.Sql {
  const read = Object.entries(columns).filter(([, { rules }]) => rules.aside !== true);
  const texts = read.map(([name, { type }]) => `t."${name}"${type.reads === 'as text' ? '::text' : ''} AS "${name}"`);
  return Prisma.raw(texts.join(', '));
}

/** The names and values of an INSERT: those of `made`, which SQL makes, and all that is set or stored of a new row. */
export function insertion(
  columns: Columns,
  made: Readonly<Record<string, Prisma.Sql>>,
  row: Readonly<Record<string, unknown>>,
): { readonly names: Prisma.Sql; readonly values: Prisma.Sql } {
  const given = Object.entries(columns).filter(
    ([name, { rules }]) => made[name] === undefined && (rules.set !== undefined || rules.stored === true),
  );
  const names = [...Object.keys(made), ...given.map(([name]) => name)];
  const values = given.map(([name, { type }]) => Prisma.sql`${row[name] ?? null}::${Prisma.raw(type.sql)}`);
  return {
    names: Prisma.raw(names.map((name) => `"${name}"`).join(', ')),
    values: Prisma.join([...Object.values(made), ...values]),
  };
}
