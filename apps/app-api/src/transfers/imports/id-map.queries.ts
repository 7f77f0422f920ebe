import { Prisma } from '@helpdeskly/tenant-db';

/**
 * What an import remembers by the ids of the archive. `staff` are those users who are agents or admins, `worker` those of them who can be
 * given tickets; `number` are the numbers of tickets, `opening` what a comment would only repeat, `hidden` what of that
 * a comment for staff says; `merged` leads from a ticket to the one that it was merged into.
 */
export type MappedKind =
  | 'organization'
  | 'user'
  | 'staff'
  | 'worker'
  | 'group'
  | 'ticket'
  | 'number'
  | 'opening'
  | 'hidden'
  | 'merged'
  | 'link'
  | 'comment'
  | 'event'
  | 'file';

interface Which {
  readonly importId: string;
  readonly kind: MappedKind;
}

/** `madeOnly` leaves out what a dry run alone has seen. */
export async function targetsOf(
  tx: Prisma.TransactionClient,
  { importId, kind, madeOnly }: Which & { readonly madeOnly: boolean },
  ids: Iterable<string | null>,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ sourceId: string; targetId: string }[]>`
    SELECT "sourceId", "targetId"::text AS "targetId" FROM "DataImportRow"
     WHERE "importId" = ${importId}::uuid AND "kind" = ${kind} AND "sourceId" = ANY (${wanted}::text[])
       AND ("made" OR NOT ${madeOnly}::boolean)`;
  return new Map(rows.map(({ sourceId, targetId }) => [sourceId, targetId]));
}

/** The greatest number of a ticket that the dry run let through; 0 when there is none. */
export async function greatestNumber(tx: Prisma.TransactionClient, importId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ greatest: number | null }[]>`
    SELECT max("sourceId"::integer) AS "greatest" FROM "DataImportRow" WHERE "importId" = ${importId}::uuid AND "kind" = 'number'`;
  return row?.greatest ?? 0;
}

export async function remember(
  tx: Prisma.TransactionClient,
  { importId, kind, made }: Which & { readonly made: boolean },
  pairs: readonly (readonly [sourceId: string, targetId: string])[],
): Promise<void> {
  if (pairs.length === 0) return;
  const unique = [...new Map(pairs)];
  await tx.$executeRaw`
    INSERT INTO "DataImportRow" ("importId", "kind", "sourceId", "targetId", "made")
    SELECT ${importId}::uuid, ${kind}, p."sourceId", p."targetId", ${made}::boolean
      FROM unnest(${unique.map(([source]) => source)}::text[], ${unique.map(([, target]) => target)}::uuid[])
           p ("sourceId", "targetId")
    ON CONFLICT ("importId", "kind", "sourceId") DO UPDATE SET "targetId" = EXCLUDED."targetId", "made" = EXCLUDED."made"`;
}

/** Tables whose rows keep the ids that an export of ours gave them, where those are free. */
export type Keeping = 'Organization' | 'User' | 'Group' | 'Ticket' | 'TicketLink' | 'Comment' | 'TicketEvent';

/** An id for each row: its own where that is free in the table, else a new one. */
export async function idsFor(
  tx: Prisma.TransactionClient,
  table: Keeping,
  own: readonly (string | null)[],
): Promise<readonly string[]> {
  const named = Prisma.raw(`"${table}"`);
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT (CASE WHEN w."own" IS NULL OR EXISTS (SELECT FROM ${named} t WHERE t."id" = w."own") THEN uuidv7() ELSE w."own" END)::text AS "id"
      FROM unnest(${[...own]}::uuid[]) WITH ORDINALITY w ("own", "place") ORDER BY w."place"`;
  return rows.map(({ id }) => id);
}
