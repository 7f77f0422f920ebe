import type { Actor } from '@helpdeskly/http';
import { personalWords, type PersonalWords, type TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { TicketEventType } from '../ticket-core/ticket-events.js';
import type { TicketWrites } from '../ticket-core/ticket-writes.js';

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
    SELECT t."id"::text AS "id" FROM "Ticket" t
     WHERE ${after}::uuid IS NULL OR t."id" > ${after}::uuid ORDER BY t."id" LIMIT ${limit}::int`;
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
    SELECT t."id"::text AS "id" FROM "Ticket" t
     WHERE t."id" = ANY (${[...ticketIds]}::uuid[])
       AND (t."authorId" = ANY (${ids}) OR t."submittedById" = ANY (${ids}) OR t."assignedToId" = ANY (${ids})
         OR EXISTS (SELECT FROM "TicketParticipant" p WHERE p."ticketId" = t."id" AND p."userId" = ANY (${ids}))
         OR EXISTS (SELECT FROM "Comment" c
                     WHERE c."ticketId" = t."id" AND (c."authorId" = ANY (${ids}) OR c."body" LIKE ANY (${mentions}::text[])))
         OR EXISTS (SELECT FROM "Draft" d WHERE d."ticketId" = t."id" AND d."body" LIKE ANY (${mentions}::text[]))
         OR EXISTS (SELECT FROM "HeldComment" h WHERE h."ticketId" = t."id" AND h."body" LIKE ANY (${mentions}::text[]))
         OR EXISTS (SELECT FROM "TicketEvent" e
                     WHERE e."ticketId" = t."id" AND (e."actorId" = ANY (${ids}) OR e."changes"::text LIKE ANY (${told}::text[]))))`;
  return new Set(rows.map((row) => row.id));
}

/**
 * Takes words out of these tickets, their comments, events and files' names. Each ticket whose words went moves its version and
 * has an event, which customers see when they saw one of the words. Search follows by triggers. Drafts and held comments of others lose them silently.
 */
export async function eraseFromTickets(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  { id: actorId }: Actor,
  words: PersonalWords,
  ticketIds: readonly string[],
): Promise<void> {
  const among = (column: string) => Prisma.sql`${Prisma.raw(column)} = ANY (${[...ticketIds]}::uuid[])`;
  const without = withoutPerson(words);
  const holding = (visibility: Prisma.Sql) => Prisma.sql`
    (${without('t."title"')} <> t."title" OR ${without('t."description"')} <> t."description"
     OR EXISTS (SELECT FROM "Comment" c WHERE c."ticketId" = t."id" AND ${visibility} AND ${without('c."body"')} <> c."body"))`;
  await writes.writeTickets(tx, {
    held: Prisma.sql`
      SELECT t."id", ${holding(Prisma.sql`c."visibility" = 'PUBLIC'`)} AS "seen" FROM "Ticket" t
       WHERE ${among('t."id"')} AND ${holding(Prisma.sql`true`)}
       ORDER BY t."id" FOR NO KEY UPDATE`,
    effects: [
      Prisma.sql`worded AS (
        UPDATE "Comment" c SET "body" = ${without('c."body"')}
          FROM held WHERE c."ticketId" = held."id" AND ${without('c."body"')} <> c."body")`,
    ],
    columns: Prisma.sql`"title" = ${without('t."title"')}, "description" = ${without('t."description"')}`,
    seen: Prisma.sql`held."seen"`,
    type: TicketEventType.ANONYMIZED,
    actorId,
    changes: Prisma.sql`'{}'::jsonb`,
  });
  await tx.$executeRaw`
    UPDATE "Draft" d SET "body" = ${without('d."body"')}, "version" = d."version" + 1, "updatedAt" = clock_timestamp()
     WHERE ${among('d."ticketId"')} AND ${without('d."body"')} <> d."body"`;
  await tx.$executeRaw`
    UPDATE "HeldComment" h SET "body" = ${without('h."body"')}
     WHERE ${among('h."ticketId"')} AND ${without('h."body"')} <> h."body"`;
  const { addresses, names } = words;
  await tx.$executeRaw`
    SELECT "events_without_person"(${[...ticketIds]}::uuid[], ${[...addresses]}::text[], ${[...names]}::text[])::text`;
  await tx.$executeRaw`
    UPDATE "MailMessage" m
       SET "fromAddress" = ${without('m."fromAddress"')}, "subject" = ${without('m."subject"')},
           "bodyHtml" = ${without('m."bodyHtml"')}, "quoted" = ${without('m."quoted"')}
     WHERE ${among('m."ticketId"')}
       AND (m."fromAddress", m."subject", m."bodyHtml", m."quoted") IS DISTINCT FROM
           (${without('m."fromAddress"')}, ${without('m."subject"')}, ${without('m."bodyHtml"')}, ${without('m."quoted"')})`;
  await tx.$executeRaw`
    UPDATE "Attachment" f SET "fileName" = ${without('f."fileName"')}
     WHERE ${among('f."openingOfId"')} AND ${without('f."fileName"')} <> f."fileName"`;
  await tx.$executeRaw`
    UPDATE "Attachment" f SET "fileName" = ${without('f."fileName"')}
      FROM "Comment" c
     WHERE c."id" = f."commentId" AND ${among('c."ticketId"')} AND ${without('f."fileName"')} <> f."fileName"`;
}

/**
 * Of mails that the person sent, and those that name one of the addresses: what came as it came is given up, and its row names nobody.
 * Answers whose bytes are to go.
 */
export async function eraseFromInboundMails(
  tx: Prisma.TransactionClient,
  ids: readonly string[],
  { addresses }: PersonalWords,
): Promise<string[]> {
  const keys = addresses.map((address) => address.toLowerCase());
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH theirs AS MATERIALIZED (
      SELECT m."id" FROM "InboundMail" m
       WHERE m."senderId" = ANY (${[...ids]}::uuid[]) OR lower(m."fromAddress") = ANY (${keys}::text[])
          OR lower(m."envelopeFrom") = ANY (${keys}::text[])
       ORDER BY m."id" FOR UPDATE
    ), files AS (
      UPDATE "Attachment" f SET "removedAt" = coalesce(f."removedAt", clock_timestamp()) FROM theirs WHERE f."id" = theirs."id"
    )
    UPDATE "InboundMail" m
       SET "rawRemovedAt" = coalesce(m."rawRemovedAt", clock_timestamp()), "envelopeFrom" = '', "fromAddress" = NULL, "subject" = NULL,
           "senderKey" = NULL, "clientAddress" = NULL, "clientName" = NULL, "senderId" = NULL,
           "status" = CASE m."status" WHEN 'FILED' THEN m."status" ELSE 'FAILED'::"InboundMailStatus" END,
           "reason" = CASE m."status" WHEN 'FILED' THEN m."reason" ELSE 'sender_anonymized' END
      FROM theirs WHERE m."id" = theirs."id" RETURNING m."id"::text AS "id"`;
  return rows.map(({ id }) => id);
}

/** Of files that no comment has. */
export async function eraseFromFiles(tx: Prisma.TransactionClient, { addresses }: PersonalWords): Promise<void> {
  const without = withoutPerson({ addresses, names: [] })('"fileName"');
  await tx.$executeRaw`
    UPDATE "Attachment" SET "fileName" = ${without} WHERE "commentId" IS NULL AND ${without} <> "fileName"`;
}

/** Mails that wait are taken back; those that left, or failed, keep what became of them. */
export async function eraseFromMails(tx: Prisma.TransactionClient, { ids, words }: KnownPerson): Promise<void> {
  const userId = { in: [...ids] };
  const keys = words.addresses.map((address) => address.toLowerCase());
  await tx.mailDelivery.deleteMany({ where: { userId, status: 'QUEUED' } });
  // Resets that somebody asked for by an address: whose they are is found out when they leave.
  await tx.$executeRaw`
    DELETE FROM "MailDelivery" WHERE "userId" IS NULL AND "kind" = 'PASSWORD_RESET' AND lower("address") = ANY (${keys}::text[])`;
  await tx.mailDelivery.updateMany({ where: { userId }, data: { address: nobodysAddress(ids[0] ?? '') } });
  await tx.replyToken.deleteMany({ where: { userId } });
  await tx.undeliverableAddress.deleteMany({ where: { addressKey: { in: keys } } });
}

/** What stands in place of the address of somebody who was anonymized. */
export const nobodysAddress = (id: string) => `${id}@anonymized.invalid`;

/** What webhooks were answered is whatever their receivers said. */
export async function eraseFromWebhooks(tx: Prisma.TransactionClient, words: PersonalWords): Promise<void> {
  const without = withoutPerson(words)('"responseBody"');
  await tx.$executeRaw`UPDATE "WebhookDelivery" SET "responseBody" = ${without} WHERE ${without} <> "responseBody"`;
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
