import { Prisma } from '@helpdeskly/tenant-db';
import type { Column, Columns } from './column.js';
import { isoTimeText } from './iso-time.js';
import { isStaff, seenReference, type Viewer } from './viewer.js';

/** What answers select of rows `t`, for each viewer; put together once, since lists are the hottest path. */
export function selection(columns: Columns): (viewer: Viewer) => Prisma.Sql {
  const answered = Object.entries(columns).filter(([, { rules }]) => rules.answer !== undefined);
  const all = Prisma.raw(answered.map(([name, each]) => answeredAs(name, name, each)).join(', '));
  const shown = answered.filter(([, { rules }]) => rules.customers !== 'nothing');
  const plain = shown.filter(([, { rules }]) => rules.names !== 'ticket');
  const customers = Prisma.raw(plain.map(([name, each]) => answeredAs(name, seenBy(name, each), each)).join(', '));
  const tickets = shown.filter(([, { rules }]) => rules.names === 'ticket').map(([name]) => name);
  return (viewer) =>
    isStaff(viewer)
      ? all
      : Prisma.join([
          customers,
          ...tickets.map((name) => Prisma.sql`${seenReference(viewer, `t."${name}"`)} AS ${Prisma.raw(`"${name}"`)}`),
        ]);
}

function seenBy(name: string, { rules: { customers } }: Column): string {
  return typeof customers === 'object' ? customers.instead : name;
}

function answeredAs(name: string, source: string, { type }: Column): string {
  const value = `t."${source}"`;
  if (type.reads === 'as time') return `${isoTimeText(value)} AS "${name}"`;
  return type.reads === 'as text' ? `${value}::text AS "${name}"` : `${value} AS "${name}"`;
}

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
