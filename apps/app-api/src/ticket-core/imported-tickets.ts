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

/** Stores tickets; counting goes on behind the greatest number. Nobody is told. */
export async function insertImportedTickets(
  tx: Prisma.TransactionClient,
  imported: readonly ImportedTicket[],
): Promise<void> {
  if (imported.length === 0) return;
  const greatest = Math.max(...imported.map(({ ticket }) => ticket.number));
  await tx.$executeRaw`UPDATE "TicketCounter" SET "lastNumber" = greatest("lastNumber", ${greatest}::integer) WHERE "id" = 1`;
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

/** Sets what imported tickets refer to, and writes down that they were imported. Customers do not hear of that. */
export async function settleImportedTickets(
  tx: Prisma.TransactionClient,
  actorId: string,
  tickets: readonly ImportedRelations[],
): Promise<void> {
  if (tickets.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Ticket" t SET "followUpOfId" = r."followUpOfId", "mergedIntoId" = r."mergedIntoId", "splitFromId" = r."splitFromId"
      FROM jsonb_to_recordset(${JSON.stringify(tickets)}::jsonb)
             r ("id" uuid, "followUpOfId" uuid, "mergedIntoId" uuid, "splitFromId" uuid)
     WHERE t."id" = r."id" AND (r."followUpOfId" IS NOT NULL OR r."mergedIntoId" IS NOT NULL OR r."splitFromId" IS NOT NULL)`;
  const { IMPORTED: type } = TicketEventType;
  const events = tickets.map(({ id }) => ({ ticketId: id, type, actorId, internal: true, imported: true }));
  await tx.ticketEvent.createMany({ data: events });
}
