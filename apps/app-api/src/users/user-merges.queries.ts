import { Prisma } from '@helpdeskly/tenant-db';
import { replacePerson } from '../ticket-core/ticket-assignments.js';
import { TicketEventType } from '../ticket-core/ticket-events.js';
import { fromTo, type TicketWrites } from '../ticket-core/ticket-writes.js';

/** The tickets in which an account has a part: what is passed on stands in them. */
export function ticketsOf(id: string): Prisma.Sql {
  return Prisma.sql`t."id" = ANY (ARRAY(
      SELECT a."id" FROM "Ticket" a WHERE a."authorId" = ${id}::uuid OR a."submittedById" = ${id}::uuid OR a."assignedToId" = ${id}::uuid
      UNION SELECT p."ticketId" FROM "TicketParticipant" p WHERE p."userId" = ${id}::uuid
      UNION SELECT c."ticketId" FROM "Comment" c WHERE c."authorId" = ${id}::uuid))`;
}

/**
 * Locks two users, admins first and then in the order of their ids, against everything that refers to them, too: whoever writes in
 * their name waits, and then finds out whom the account was joined with.
 */
export async function lockPair(tx: Prisma.TransactionClient, ids: readonly [string, string]): Promise<void> {
  await tx.$queryRaw`SELECT FROM "User" WHERE "id" = ANY (${[...ids]}::uuid[]) ORDER BY "role", "id" FOR UPDATE`;
}

/** A worker that sends an account's comments holds them before tickets and users, and so does this. */
export async function lockHeldComments(tx: Prisma.TransactionClient, authorId: string): Promise<void> {
  await tx.$queryRaw`SELECT FROM "HeldComment" WHERE "authorId" = ${authorId}::uuid ORDER BY "id" FOR UPDATE`;
}

/**
 * Gives an account's tickets, as author, typist and assignee, to another; they are locked. Each that had it for author moves its version
 * and says so.
 */
export async function passTickets(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  from: string,
  to: string,
  actorId: string,
): Promise<void> {
  await writes.writeTickets(tx, {
    held: Prisma.sql`SELECT t."id" FROM "Ticket" t WHERE t."authorId" = ${from}::uuid`,
    columns: Prisma.sql`"authorId" = ${to}::uuid`,
    type: TicketEventType.UPDATED,
    actorId,
    changes: fromTo('authorId', from, to),
  });
  await replacePerson(tx, from, to);
}

/** Gives an account's participations to another that does not take part yet, each with its events; in its own tickets it need not. */
export async function passParticipations(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  from: string,
  to: string,
  actorId: string,
): Promise<void> {
  await writes.writeTickets(tx, {
    held: Prisma.sql`
      SELECT t."id", p."role", p."createdAt",
             t."authorId" <> ${to}::uuid
               AND NOT EXISTS (SELECT FROM "TicketParticipant" o WHERE o."ticketId" = t."id" AND o."userId" = ${to}::uuid) AS "passes"
        FROM "TicketParticipant" p JOIN "Ticket" t ON t."id" = p."ticketId"
       WHERE p."userId" = ${from}::uuid`,
    effects: [
      Prisma.sql`left_out AS (DELETE FROM "TicketParticipant" WHERE "userId" = ${from}::uuid)`,
      Prisma.sql`joined AS (
        INSERT INTO "TicketParticipant" ("ticketId", "userId", "role", "createdAt")
        SELECT "id", ${to}::uuid, "role", "createdAt" FROM held WHERE "passes")`,
    ],
    seen: Prisma.sql`(held."role" = 'CC')`,
    type: TicketEventType.UPDATED,
    actorId,
    changes: Prisma.sql`
      jsonb_build_object(CASE held."role" WHEN 'CC' THEN 'ccId' ELSE 'followerId' END,
        jsonb_build_object('from', ${from}::text, 'to', CASE WHEN held."passes" THEN ${to}::text END))`,
  });
}

/** For a ticket for which both have one, the draft of the account that stays is kept. */
async function passDrafts(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Draft" d SET "userId" = ${to}::uuid
     WHERE d."userId" = ${from}::uuid
       AND NOT EXISTS (SELECT FROM "Draft" o WHERE o."userId" = ${to}::uuid AND o."ticketId" = d."ticketId")`;
  await tx.draft.deleteMany({ where: { userId: from } });
}

/** Gives what an account wrote, uploaded, did and was told of to another, and the views and macros that it made when it was an agent's. */
export async function passWorks(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.comment.updateMany({ where: { authorId: from }, data: { authorId: to } });
  await tx.attachment.updateMany({ where: { uploaderId: from }, data: { uploaderId: to } });
  await tx.view.updateMany({ where: { ownerId: from }, data: { ownerId: to } });
  await tx.macro.updateMany({ where: { ownerId: from }, data: { ownerId: to } });
  await tx.bulkRun.updateMany({ where: { actorId: from }, data: { actorId: to } });
  await passDrafts(tx, from, to);
  await tx.heldComment.updateMany({ where: { authorId: from }, data: { authorId: to } });
  await tx.notification.updateMany({ where: { userId: from }, data: { userId: to } });
  await tx.notification.updateMany({ where: { actorId: from }, data: { actorId: to } });
  await tx.notificationPreferences.deleteMany({ where: { userId: from } });
  await tx.mailDelivery.updateMany({ where: { userId: from }, data: { userId: to } });
  await tx.groupMember.deleteMany({ where: { userId: from } });
  await tx.$executeRaw`SELECT "events_of_joined"(${from}::uuid)::text`;
}
