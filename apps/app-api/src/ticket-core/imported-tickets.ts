import { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from './ticket-events.js';

/** A ticket as another helpdesk had it, under its number and with its times. */
export interface ImportedTicket {
  readonly ticket: Prisma.TicketCreateManyInput;
  readonly isSpam: boolean;
  readonly participants: readonly Omit<Prisma.TicketParticipantCreateManyInput, 'ticketId'>[];
}

/** What a ticket refers to among the other ones. */
export interface ImportedRelations {
  readonly id: string;
  readonly followUpOfId: string | null;
  readonly mergedIntoId: string | null;
  readonly splitFromId: string | null;
}

/** New tickets get greater numbers than this. */
export async function countOnBehind(tx: Prisma.TransactionClient, greatest: number): Promise<void> {
  await tx.$executeRaw`UPDATE "TicketCounter" SET "lastNumber" = ${greatest}::integer WHERE "id" = 1 AND "lastNumber" < ${greatest}::integer`;
}

/** Stores tickets, and writes down that they were imported. Nobody is told, and customers do not hear of it afterwards either. */
export async function insertImportedTickets(
  tx: Prisma.TransactionClient,
  actorId: string,
  imported: readonly ImportedTicket[],
): Promise<void> {
  if (imported.length === 0) return;
  await countOnBehind(tx, Math.max(...imported.map(({ ticket }) => ticket.number)));
  await tx.ticket.createMany({ data: imported.map(({ ticket }) => ticket) });
  const participants = imported.flatMap(({ ticket, participants: all }) =>
    all.map((each) => ({ ...each, ticketId: ticket.id as string })),
  );
  await tx.ticketParticipant.createMany({ data: participants, skipDuplicates: true });
  // What it was before it was spam is in no export.
  const spam = imported.flatMap(({ ticket, isSpam }) =>
    isSpam ? [{ ticketId: ticket.id as string, status: 'OPEN' as const }] : [],
  );
  await tx.spamTicket.createMany({ data: spam });
  const { IMPORTED: type } = TicketEventType;
  const events = imported.map(({ ticket }) => ({ ticketId: ticket.id as string, type, actorId }));
  await tx.ticketEvent.createMany({ data: events.map((event) => ({ ...event, internal: true, imported: true })) });
}

const livelySince: readonly TicketEventType[] = [TicketEventType.COMMENTED, TicketEventType.MERGED];

/**
 * Which of these tickets have been written to, or merged, by people since they were imported. They are locked: whoever writes to another one
 * comes later.
 */
export async function writtenSince(
  tx: Prisma.TransactionClient,
  ticketIds: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(ticketIds)];
  if (ids.length === 0) return new Set();
  await tx.$queryRaw`SELECT FROM "Ticket" t WHERE t."id" = ANY (${ids}::uuid[]) ORDER BY t."id" FOR NO KEY UPDATE`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT e."ticketId"::text AS "id" FROM "TicketEvent" e
     WHERE e."ticketId" = ANY (${ids}::uuid[]) AND NOT e."imported" AND e."type" = ANY (${livelySince}::text[])`;
  return new Set(rows.map(({ id }) => id));
}

/** Stores comments in their order, and counts them. */
export async function insertImportedComments(
  tx: Prisma.TransactionClient,
  comments: readonly Prisma.CommentCreateManyInput[],
): Promise<void> {
  if (comments.length === 0) return;
  await tx.comment.createMany({ data: [...comments] });
  await tx.$executeRaw`
    UPDATE "Ticket" t SET "commentCount" = t."commentCount" + n."all", "publicCommentCount" = t."publicCommentCount" + n."public"
      FROM (SELECT c."ticketId", count(*)::int AS "all", (count(*) FILTER (WHERE c."visibility" = 'PUBLIC'))::int AS "public"
              FROM "Comment" c WHERE c."id" = ANY (${comments.map(({ id }) => id as string)}::uuid[]) GROUP BY 1) n
     WHERE t."id" = n."ticketId"`;
}

export async function insertImportedLinks(
  tx: Prisma.TransactionClient,
  links: readonly Prisma.TicketLinkCreateManyInput[],
): Promise<void> {
  await tx.ticketLink.createMany({ data: [...links], skipDuplicates: true });
}

/** Stores events of other times in their order. */
export async function insertImportedEvents(
  tx: Prisma.TransactionClient,
  events: readonly (Omit<Prisma.TicketEventCreateManyInput, 'changes' | 'names'> & {
    readonly changes: Readonly<Record<string, unknown>>;
    readonly names: Readonly<Record<string, unknown>> | null;
  })[],
): Promise<void> {
  await tx.ticketEvent.createMany({
    data: events.map(({ changes, names, ...event }) => ({
      ...event,
      imported: true,
      changes: changes as Prisma.InputJsonObject,
      ...(names === null ? {} : { names: names as Prisma.InputJsonObject }),
    })),
  });
}

/** Of tickets that are merged, the ones that they were merged into. */
export async function mergedInto(
  tx: Prisma.TransactionClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.ticket.findMany({
    where: { id: { in: [...ids] }, mergedIntoId: { not: null } },
    select: { id: true, mergedIntoId: true },
  });
  return new Map(rows.map(({ id, mergedIntoId }) => [id, mergedIntoId as string]));
}

/** Sets what imported tickets refer to, where people have set nothing since; a ticket that is open again is not merged. */
export async function settleImportedTickets(
  tx: Prisma.TransactionClient,
  tickets: readonly ImportedRelations[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Ticket" t
       SET "followUpOfId" = coalesce(t."followUpOfId", r."followUpOfId"), "splitFromId" = coalesce(t."splitFromId", r."splitFromId"),
           "mergedIntoId" = coalesce(t."mergedIntoId", CASE WHEN t."status" = 'CLOSED' THEN r."mergedIntoId" END)
      FROM jsonb_to_recordset(${JSON.stringify(tickets)}::jsonb)
             r ("id" uuid, "followUpOfId" uuid, "mergedIntoId" uuid, "splitFromId" uuid)
     WHERE t."id" = r."id" AND (r."followUpOfId" IS NOT NULL OR r."mergedIntoId" IS NOT NULL OR r."splitFromId" IS NOT NULL)`;
}
