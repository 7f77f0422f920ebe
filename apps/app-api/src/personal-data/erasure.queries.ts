import type { Actor } from '@helpdeskly/http';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { TicketEventType } from '../tickets/ticket-events.js';
import { movedFor } from '../tickets/tickets.queries.js';

const shortest = 3;
/** The words of a name that stands for somebody are longer than those of "of the". */
const telling = 4;

/** Words that go from all texts of a helpdesk, or from those where the person took part. */
export interface PersonalWords {
  readonly everywhere: readonly string[];
  readonly nearby: readonly string[];
}

/** What a person is known by: an email and a name of several words, unless somebody else is called so, stand for nobody else. */
export async function wordsOf(
  tx: Prisma.TransactionClient,
  { id, name, email }: Pick<User, 'id' | 'name' | 'email'>,
): Promise<PersonalWords> {
  const called = name.trim();
  const isFull = /\s/.test(called) && called.split(/\s+/).some((word) => word.length >= telling);
  const namesake = isFull
    ? await tx.user.findFirst({
        where: { id: { not: id }, name: { equals: called, mode: 'insensitive' } },
        select: { id: true },
      })
    : null;
  if (isFull && namesake === null) return { everywhere: [email, called], nearby: [] };
  return { everywhere: [email], nearby: called.length < shortest ? [] : [called] };
}

/** The tickets that a person asked, typed, wrote in or was let into. */
export async function ticketsOf(tx: Prisma.TransactionClient, id: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select t."id"::text as "id" from "Ticket" t
     where t."authorId" = ${id}::uuid or t."submittedById" = ${id}::uuid
        or exists (select from "Comment" c where c."ticketId" = t."id" and c."authorId" = ${id}::uuid)
        or exists (select from "TicketParticipant" p where p."ticketId" = t."id" and p."userId" = ${id}::uuid)
     order by t."id"`;
  return rows.map((row) => row.id);
}

/** The next tickets of all after this one. */
export async function ticketsAfter(
  tx: Prisma.TransactionClient,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select t."id"::text as "id" from "Ticket" t
     where ${after}::uuid is null or t."id" > ${after}::uuid order by t."id" limit ${limit}::int`;
  return rows.map((row) => row.id);
}

/**
 * Takes words out of these tickets, their comments, events and files' names. Each ticket whose words went moves its version and
 * has an event, which customers see when they saw one of the words. Search follows by triggers.
 */
export async function eraseFromTickets(
  tx: Prisma.TransactionClient,
  { id: actorId }: Actor,
  words: readonly string[],
  ticketIds: readonly string[],
): Promise<void> {
  const among = (column: string) => Prisma.sql`${Prisma.raw(column)} = any (${[...ticketIds]}::uuid[])`;
  const without = withoutText(words);
  const holding = (visibility: Prisma.Sql) => Prisma.sql`
    (${without('t."title"')} <> t."title" or ${without('t."description"')} <> t."description"
     or exists (select from "Comment" c where c."ticketId" = t."id" and ${visibility} and ${without('c."body"')} <> c."body"))`;
  await tx.$executeRaw`
    with held as materialized (
      select t."id", ${holding(Prisma.sql`c."visibility" = 'PUBLIC'`)} as "seen" from "Ticket" t
       where ${among('t."id"')} and ${holding(Prisma.sql`true`)}
       order by t."id" for no key update
    ), worded as (
      update "Comment" c set "body" = ${without('c."body"')}
        from held where c."ticketId" = held."id" and ${without('c."body"')} <> c."body"
    ), changed as (
      update "Ticket" t
         set "title" = ${without('t."title"')}, "description" = ${without('t."description"')}, ${movedFor(Prisma.sql`held."seen"`)}
        from held where t."id" = held."id"
      returning t."id", t."updatedAt", held."seen"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "internal", "changes", "createdAt")
    select "id", ${TicketEventType.ANONYMIZED}, ${actorId}::uuid, not "seen", '{}', "updatedAt" from changed`;
  await tx.$executeRaw`select "events_without_words"(${[...ticketIds]}::uuid[], ${[...words]}::text[])`;
  await tx.$executeRaw`
    update "Attachment" f set "fileName" = ${without('f."fileName"')}
      from "Comment" c
     where c."id" = f."commentId" and ${among('c."ticketId"')} and ${without('f."fileName"')} <> f."fileName"`;
}

/** What the staff works with: macros that greet somebody, views that search for them, groups and organizations named after them. */
export async function eraseFromTools(tx: Prisma.TransactionClient, words: readonly string[]): Promise<void> {
  const [text, json] = [withoutText(words), withoutJson(words)];
  const written = Prisma.sql`"version" = "version" + 1, "updatedAt" = clock_timestamp()`;
  await tx.$executeRaw`
    update "Attachment" set "fileName" = ${text('"fileName"')}
     where "commentId" is null and ${text('"fileName"')} <> "fileName"`;
  await tx.$executeRaw`
    update "Macro" set "name" = ${text('"name"')}, "nameKey" = ${text('"nameKey"')}, "reply" = ${json('"reply"')},
           "changes" = ${json('"changes"')}, ${written}
     where ${text('"name"')} <> "name" or ${json('"reply"')} <> "reply" or ${json('"changes"')} <> "changes"`;
  await tx.$executeRaw`
    update "View" set "name" = ${text('"name"')}, "filters" = ${json('"filters"')}, ${written}
     where ${text('"name"')} <> "name" or ${json('"filters"')} <> "filters"`;
  for (const table of ['Group', 'Organization']) {
    // Names are unique, and two that lose their words could become the same.
    const remains = Prisma.sql`${text('"name"')} || ' ' || right("id"::text, 6)`;
    await tx.$executeRaw`
      update ${Prisma.raw(`"${table}"`)} set "name" = ${remains}, "nameKey" = lower(${remains}), ${written}
       where ${text('"name"')} <> "name"`;
  }
}

/** Kept answers hold people as they were, sealed, and last a day: nobody can tell which ones hold this one, so all of them go. */
export async function forgetAnswers(tx: Prisma.TransactionClient): Promise<void> {
  await tx.idempotencyKey.deleteMany();
}

const withoutText = (words: readonly string[]) => (column: string) =>
  Prisma.sql`"without_words"(${Prisma.raw(column)}, ${[...words]}::text[])`;

const withoutJson = (words: readonly string[]) => (column: string) =>
  Prisma.sql`"json_without_words"(${Prisma.raw(column)}, ${[...words]}::text[])`;
