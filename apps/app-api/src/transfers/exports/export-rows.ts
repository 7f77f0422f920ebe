import { Prisma } from '@helpdeskly/tenant-db';
import { isoTimeText } from '../../ticket-core/iso-time.js';
import { sections, type Section } from './export-sections.js';

/** Rows that are read at once, unless a section says less. The longest have some 200 kB. */
const batch = 100;
/** As many rows of a table are counted; of more, the statistics say how many: to count all of them takes too long. */
const counted = 10_000;

/** A row as JSON, with what orders it. */
type Line = Readonly<Record<string, string>> & { readonly line: string };

/** The rows of a section as JSON, in their order, as `tx` sees them. */
export async function* linesOf(tx: Prisma.TransactionClient, section: Section): AsyncGenerator<readonly string[]> {
  const keys = Object.keys(section.order);
  for (let after: readonly string[] | undefined; ;) {
    const rows = await tx.$queryRaw<Line[]>(pageOf(section, after));
    if (rows.length > 0) yield rows.map(({ line }) => line);
    if (rows.length < (section.batch ?? batch)) return;
    after = keys.map((_, place) => rows.at(-1)?.[`key${place}`] ?? '');
  }
}

/** How many rows all sections have, about. */
export async function countRows(tx: Prisma.TransactionClient): Promise<bigint> {
  const counts = sections.map(
    ({ table, where = 'true' }) => `(
      SELECT CASE WHEN n.c < ${counted} THEN n.c
                  ELSE greatest(n.c, (SELECT p.reltuples::bigint FROM pg_class p WHERE p.oid = '"${table}"'::regclass)) END
        FROM (SELECT count(*) AS c FROM (SELECT FROM "${table}" t WHERE ${where} LIMIT ${counted}) few) n)`,
  );
  const [row] = await tx.$queryRaw<{ total: bigint }[]>(
    Prisma.raw(`SELECT (${counts.join(' + ')})::bigint AS "total"`),
  );
  return row?.total ?? 0n;
}

function pageOf(
  { table, columns, times = [], more = {}, where = 'true', order, batch: most = batch }: Section,
  after?: readonly string[],
) {
  const keys = Object.entries(order);
  const fields = [
    ...columns.map((column) => `t."${column}"`),
    ...Object.entries(more).map(([name, sql]) => `${sql} AS "${name}"`),
    ...times.map((column) => `${isoTimeText(`t."${column}"`)} AS "${column}"`),
  ].join(', ');
  const names = keys.map(([column]) => `t."${column}"`).join(', ');
  const shown = keys.map(([column], place) => `t."${column}"::text AS "key${place}"`).join(', ');
  const beyond =
    after === undefined
      ? Prisma.empty
      : Prisma.sql`AND (${Prisma.raw(names)}) > (${Prisma.join(
          keys.map(([, type], place) => Prisma.sql`${after[place]}::${Prisma.raw(type)}`),
        )})`;
  return Prisma.sql`
    SELECT (SELECT row_to_json(r)::text FROM (SELECT ${Prisma.raw(fields)}) r) AS "line", ${Prisma.raw(shown)}
      FROM ${Prisma.raw(`"${table}"`)} t WHERE ${Prisma.raw(where)} ${beyond}
     ORDER BY ${Prisma.raw(names)} LIMIT ${most}::integer`;
}
