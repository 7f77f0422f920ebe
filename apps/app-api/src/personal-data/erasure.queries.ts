import type { Actor } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { TicketEventType } from '../ticket-core/ticket-events.js';
import type { TicketWrites } from '../ticket-core/ticket-writes.js';
import { personalWords, type PersonalWords } from './personal-words.js';

/** All that a person is and was known by, and the ids of the accounts that were joined with this one. */
export interface KnownPerson {
  readonly ids: readonly string[];
  readonly words: PersonalWords;
}

export async function knownAs(db: TenantPrisma, user: User): Promise<KnownPerson> {
  const { id, email, name, formerNames, addresses } = user;
  const joined = await db.user.findMany({ where: { mergedIntoId: id }, select: { id: true }, orderBy: { id: 'asc' } });
  return {
    ids: [id, ...joined.map((each) => each.id)],
    words: personalWords([email, ...addresses], [name, ...formerNames]),
  };
}

/** The next tickets of all after this one. */
export async function ticketsAfter(db: TenantPrisma, after: string | null, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    select t."id"::text as "id" from "Ticket" t
     where ${after}::uuid is null or t."id" > ${after}::uuid order by t."id" limit ${limit}::int`;
  return rows.map((row) => row.id);
}

/** Those of these tickets that a person asked, typed, had, wrote in, was let into, changed or was mentioned in, now or ever. */
export async function ticketsWith(
  db: TenantPrisma,
  personIds: readonly string[],
  ticketIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = Prisma.sql`${[...personIds]}::uuid[]`;
  const mentions = personIds.map((id) => `%user:${id}%`);
  const told = personIds.map((id) => `%${id}%`);
  const rows = await db.$queryRaw<{ id: string }[]>`
    select t."id"::text as "id" from "Ticket" t
     where t."id" = any (${[...ticketIds]}::uuid[])
       and (t."authorId" = any (${ids}) or t."submittedById" = any (${ids}) or t."assignedToId" = any (${ids})
         or exists (select from "TicketParticipant" p where p."ticketId" = t."id" and p."userId" = any (${ids}))
         or exists (select from "Comment" c
                     where c."ticketId" = t."id" and (c."authorId" = any (${ids}) or c."body" like any (${mentions}::text[])))
         or exists (select from "TicketEvent" e
                     where e."ticketId" = t."id" and (e."actorId" = any (${ids}) or e."changes"::text like any (${told}::text[]))))`;
  return new Set(rows.map((row) => row.id));
}

/**
 * Takes words out of these tickets, their comments, events and files' names. Each ticket whose words went moves its version and
 * has an event, which customers see when they saw one of the words. Search follows by triggers.
 */
export async function eraseFromTickets(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  { id: actorId }: Actor,
  words: PersonalWords,
  ticketIds: readonly string[],
): Promise<void> {
  const among = (column: string) => Prisma.sql`${Prisma.raw(column)} = any (${[...ticketIds]}::uuid[])`;
  const without = withoutPerson(words);
  const holding = (visibility: Prisma.Sql) => Prisma.sql`
    (${without('t."title"')} <> t."title" or ${without('t."description"')} <> t."description"
     or exists (select from "Comment" c where c."ticketId" = t."id" and ${visibility} and ${without('c."body"')} <> c."body"))`;
  await writes.writeTickets(tx, {
    held: Prisma.sql`
      select t."id", ${holding(Prisma.sql`c."visibility" = 'PUBLIC'`)} as "seen" from "Ticket" t
       where ${among('t."id"')} and ${holding(Prisma.sql`true`)}
       order by t."id" for no key update`,
    effects: [
      Prisma.sql`worded as (
        update "Comment" c set "body" = ${without('c."body"')}
          from held where c."ticketId" = held."id" and ${without('c."body"')} <> c."body")`,
    ],
    columns: Prisma.sql`"title" = ${without('t."title"')}, "description" = ${without('t."description"')}`,
    seen: Prisma.sql`held."seen"`,
    type: TicketEventType.ANONYMIZED,
    actorId,
    changes: Prisma.sql`'{}'::jsonb`,
  });
  const { addresses, names } = words;
  await tx.$executeRaw`
    select "events_without_person"(${[...ticketIds]}::uuid[], ${[...addresses]}::text[], ${[...names]}::text[])::text`;
  await tx.$executeRaw`
    update "Attachment" f set "fileName" = ${without('f."fileName"')}
      from "Comment" c
     where c."id" = f."commentId" and ${among('c."ticketId"')} and ${without('f."fileName"')} <> f."fileName"`;
}

/** Of files that no comment has. */
export async function eraseFromFiles(tx: Prisma.TransactionClient, { addresses }: PersonalWords): Promise<void> {
  const without = withoutPerson({ addresses, names: [] })('"fileName"');
  await tx.$executeRaw`
    update "Attachment" set "fileName" = ${without} where "commentId" is null and ${without} <> "fileName"`;
}

/** Kept answers hold people as they were, sealed, and last a day: nobody can tell which ones hold this one, so all of them go. */
export async function forgetAnswers(tx: Prisma.TransactionClient): Promise<void> {
  await tx.idempotencyKey.deleteMany();
}

/** A text column without the words. `column` is SQL of ours. */
export const withoutPerson =
  ({ addresses, names }: PersonalWords) =>
  (column: string) =>
    Prisma.sql`"without_person"(${Prisma.raw(column)}, ${[...addresses]}::text[], ${[...names]}::text[])`;
