import type { Actor } from '@helpdeskly/http';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { TicketEventType } from '../tickets/ticket-events.js';

const shortest = 3;

/** What a person is known by: words that stand for nobody else go everywhere, others where the person took part. */
export function wordsOf({ name, email }: Pick<User, 'name' | 'email'>): { everywhere: string[]; nearby: string[] } {
  const isFull = /\s/.test(name.trim());
  return {
    everywhere: isFull ? [email, name.trim()] : [email],
    nearby: isFull || name.trim().length < shortest ? [] : [name.trim()],
  };
}

/** The tickets that a person asked, typed, wrote in or was let into. */
export async function ticketsOf(tx: Prisma.TransactionClient, id: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select t."id"::text as "id" from "Ticket" t
     where t."authorId" = ${id}::uuid or t."submittedById" = ${id}::uuid
        or exists (select from "Comment" c where c."ticketId" = t."id" and c."authorId" = ${id}::uuid)
        or exists (select from "TicketParticipant" p where p."ticketId" = t."id" and p."userId" = ${id}::uuid)`;
  return rows.map((row) => row.id);
}

/**
 * Takes words out of tickets, comments, events and names of files: of these tickets, or of all, and then also out of macros
 * and views. Each ticket whose words went moves its version
 * and has an event. Search follows by triggers.
 */
export async function eraseWords(
  tx: Prisma.TransactionClient,
  { id: actorId }: Actor,
  words: readonly string[],
  ticketIds: readonly string[] | null,
): Promise<void> {
  if (words.length === 0) return;
  const among = (column: string) =>
    ticketIds === null ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(column)} = any (${[...ticketIds]}::uuid[])`;
  const without = (column: string) => Prisma.sql`"without_words"(${Prisma.raw(column)}, ${[...words]}::text[])`;
  await tx.$executeRaw`
    with held as materialized (
      select t."id" from "Ticket" t
       where ${among('t."id"')} and (
         ${without('t."title"')} <> t."title" or ${without('t."description"')} <> t."description"
         or exists (select from "Comment" c where c."ticketId" = t."id" and ${without('c."body"')} <> c."body"))
       order by t."id" for no key update
    ), worded as (
      update "Comment" c set "body" = ${without('c."body"')}
        from held where c."ticketId" = held."id" and ${without('c."body"')} <> c."body"
    ), changed as (
      update "Ticket" t
         set "title" = ${without('t."title"')}, "description" = ${without('t."description"')}, "version" = t."version" + 1,
             "updatedAt" = greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt")
        from held where t."id" = held."id"
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "changes", "createdAt")
    select "id", ${TicketEventType.ANONYMIZED}, ${actorId}::uuid, '{}', "updatedAt" from changed`;
  const inJson = [...new Set(words.flatMap((word) => [word, JSON.stringify(word).slice(1, -1)]))];
  await tx.$executeRaw`select "events_without_words"(${ticketIds === null ? null : [...ticketIds]}::uuid[], ${inJson}::text[])`;
  await tx.$executeRaw`
    update "Attachment" f set "fileName" = ${without('f."fileName"')}
     where ${without('f."fileName"')} <> f."fileName"
       and (${ticketIds === null} or f."commentId" in (select c."id" from "Comment" c where ${among('c."ticketId"')}))`;
  if (ticketIds === null) await eraseFromTools(tx, words, inJson);
}

/** What the staff keeps to work with: macros that greet somebody, views that search for them. */
async function eraseFromTools(
  tx: Prisma.TransactionClient,
  words: readonly string[],
  inJson: readonly string[],
): Promise<void> {
  const text = (column: string) => Prisma.sql`"without_words"(${Prisma.raw(column)}, ${[...words]}::text[])`;
  const json = (column: string) =>
    Prisma.sql`"without_words"(${Prisma.raw(column)}::text, ${[...inJson]}::text[])::jsonb`;
  const written = Prisma.sql`"version" = "version" + 1, "updatedAt" = clock_timestamp()`;
  await tx.$executeRaw`
    update "Macro" set "name" = ${text('"name"')}, "nameKey" = ${text('"nameKey"')}, "reply" = ${json('"reply"')},
           "changes" = ${json('"changes"')}, ${written}
     where ${text('"name"')} <> "name" or ${json('"reply"')} <> "reply" or ${json('"changes"')} <> "changes"`;
  await tx.$executeRaw`
    update "View" set "name" = ${text('"name"')}, "filters" = ${json('"filters"')}, ${written}
     where ${text('"name"')} <> "name" or ${json('"filters"')} <> "filters"`;
}

/** Kept answers hold people as they were, sealed: those that may hold this one go. */
export async function forgetAnswers(tx: Prisma.TransactionClient, id: string): Promise<void> {
  await tx.$executeRaw`
    delete from "IdempotencyKey" k
     where k."actorId" = ${`USER:${id}`} or k."resourceId" = ${id}
        or k."resourceId" in (select t."id"::text from "Ticket" t where ${id}::uuid in (t."authorId", t."submittedById", t."assignedToId"))
        or k."resourceId" in (select c."id"::text from "Comment" c where c."authorId" = ${id}::uuid)`;
}
