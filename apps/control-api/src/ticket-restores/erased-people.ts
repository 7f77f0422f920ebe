import { personalWords } from '@helpdeskly/tenancy';
import type { ClientBase } from 'pg';

interface KnownPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly formerNames: readonly string[];
  readonly addresses: readonly string[];
}

/**
 * Takes out of an archive's tickets what was erased in the helpdesk since: the words of everybody who was anonymized, as the archive knows
 * them. The same rules as for the erasure itself: addresses go from every text, names from the tickets where the person took part.
 */
export async function eraseAgain(from: ClientBase, live: ClientBase, ticketIds: readonly string[]): Promise<void> {
  const { rows: gone } = await live.query<{ id: string }>(
    `SELECT u."id"::text AS "id" FROM "User" u LEFT JOIN "User" m ON m."id" = u."mergedIntoId"
      WHERE u."anonymizedAt" IS NOT NULL OR m."anonymizedAt" IS NOT NULL`,
  );
  const { rows: people } = await from.query<KnownPerson>(
    `SELECT "id"::text AS "id", "email", "name", "formerNames", "addresses" FROM "User"
      WHERE "id" = ANY ($1::uuid[]) AND "anonymizedAt" IS NULL AND "mergedIntoId" IS NULL`,
    [gone.map(({ id }) => id)],
  );
  for (const person of people) await erase(from, person, ticketIds);
}

async function erase(from: ClientBase, person: KnownPerson, ticketIds: readonly string[]): Promise<void> {
  const { addresses, names } = personalWords([person.email, ...person.addresses], [person.name, ...person.formerNames]);
  await eraseWords(from, ticketIds, addresses, []);
  await eraseWords(from, await ticketsWith(from, person.id, ticketIds), addresses, names);
  const keys = addresses.map((address) => address.toLowerCase());
  await from.query(
    `WITH theirs AS (
       UPDATE "InboundMail" m
          SET "rawRemovedAt" = coalesce(m."rawRemovedAt", clock_timestamp()), "envelopeFrom" = '', "fromAddress" = NULL, "subject" = NULL,
              "senderKey" = NULL, "clientAddress" = NULL, "clientName" = NULL, "senderId" = NULL
        WHERE m."ticketId" = ANY ($1::uuid[])
          AND (m."senderId" = $2::uuid OR lower(m."fromAddress") = ANY ($3::text[]) OR lower(m."envelopeFrom") = ANY ($3::text[]))
       RETURNING m."id")
     UPDATE "Attachment" f SET "removedAt" = coalesce(f."removedAt", clock_timestamp()) FROM theirs WHERE f."id" = theirs."id"`,
    [ticketIds, person.id, keys],
  );
}

async function ticketsWith(from: ClientBase, id: string, ticketIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await from.query<{ id: string }>(
    `SELECT t."id"::text AS "id" FROM "Ticket" t
      WHERE t."id" = ANY ($1::uuid[])
        AND (t."authorId" = $2::uuid OR t."submittedById" = $2::uuid OR t."assignedToId" = $2::uuid
          OR EXISTS (SELECT FROM "TicketParticipant" p WHERE p."ticketId" = t."id" AND p."userId" = $2::uuid)
          OR EXISTS (SELECT FROM "Comment" c WHERE c."ticketId" = t."id" AND (c."authorId" = $2::uuid OR c."body" LIKE '%user:' || $2 || '%'))
          OR EXISTS (SELECT FROM "TicketEvent" e
                      WHERE e."ticketId" = t."id" AND (e."actorId" = $2::uuid OR e."changes"::text LIKE '%' || $2 || '%')))`,
    [ticketIds, id],
  );
  return rows.map((row) => row.id);
}

/** Each text of these tickets, by its table and how that is tied to a ticket. */
const texts = [
  { table: 'Ticket', columns: ['title', 'description'], of: `x."id" = ANY ($1::uuid[])` },
  { table: 'Comment', columns: ['body'], of: `x."ticketId" = ANY ($1::uuid[])` },
  {
    table: 'MailMessage',
    columns: ['fromAddress', 'subject', 'bodyHtml', 'quoted'],
    of: `x."ticketId" = ANY ($1::uuid[])`,
  },
  {
    table: 'Attachment',
    columns: ['fileName'],
    of: `(x."openingOfId" = ANY ($1::uuid[]) OR x."commentId" IN (SELECT c."id" FROM "Comment" c WHERE c."ticketId" = ANY ($1::uuid[])))`,
  },
] as const;

async function eraseWords(
  from: ClientBase,
  ticketIds: readonly string[],
  addresses: readonly string[],
  names: readonly string[],
): Promise<void> {
  if (ticketIds.length === 0) return;
  const words = [ticketIds, addresses, names];
  for (const { table, columns, of } of texts) {
    const without = columns.map((column) => `"without_person"(x."${column}", $2::text[], $3::text[])`);
    const changes = columns.map((column, at) => `"${column}" = ${without[at] ?? ''}`);
    const before = columns.map((column) => `x."${column}"`);
    await from.query(
      `UPDATE "${table}" x SET ${changes.join(', ')}
        WHERE ${of} AND ROW(${before.join(', ')}) IS DISTINCT FROM ROW(${without.join(', ')})`,
      words,
    );
  }
  await from.query('SELECT "events_without_person"($1::uuid[], $2::text[], $3::text[])::text', words);
}
