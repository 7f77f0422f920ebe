import { Overtaken } from '@helpdeskly/database';
import { Prisma } from '@helpdeskly/tenant-db';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { NotFound } from '@helpdeskly/errors';
import type { TicketColumns, TicketFields } from './ticket-changes.js';
import { isInternal, recordEvents, type RecordedEvent } from './ticket-events.js';
import type { TicketReference } from './ticket-reference.js';
import { selectTickets, toTicket, type Ticket, type TicketRow } from './ticket-select.js';
import { visibleTo, type Viewer } from './viewer.js';

/** A ticket under its row lock; `at` is the time of this write: no earlier than any write before it. */
export interface LockedTicket extends TicketColumns {
  readonly id: string;
  readonly version: number;
  readonly publicVersion: number;
  readonly at: Date;
}

/** Throws NotFound. */
export async function readTicket(db: TenantPrisma, reference: TicketReference, viewer: Viewer): Promise<Ticket> {
  const rows = Prisma.sql`select t.* from "Ticket" t where ${named(reference)} and t."deletedAt" is null and ${visibleTo(viewer)}`;
  const [row] = await db.$queryRaw<TicketRow[]>(selectTickets(rows, viewer));
  if (row === undefined) throw new NotFound('ticket');
  return toTicket(row);
}

/** The id of a ticket that `viewer` may see. Throws NotFound. */
export async function findVisibleTicket(db: TenantPrisma, reference: TicketReference, viewer: Viewer): Promise<string> {
  const [row] = await db.$queryRaw<{ id: string }[]>`
    select t."id"::text as "id" from "Ticket" t where ${named(reference)} and t."deletedAt" is null and ${visibleTo(viewer)}`;
  if (row === undefined) throw new NotFound('ticket');
  return row.id;
}

/**
 * Locks a ticket that `viewer` may see until the transaction ends. The clock is read when the lock is there (the CTE is
 * a fence), so that times within a ticket never go back. Throws NotFound.
 */
export async function lockTicket(
  tx: TenantPrisma,
  reference: TicketReference,
  viewer: Viewer,
  deleted: 'hidden' | 'included' = 'hidden',
): Promise<LockedTicket> {
  const hidden = deleted === 'hidden' ? Prisma.sql`t."deletedAt" is null` : Prisma.sql`true`;
  const [row] = await tx.$queryRaw<LockedTicket[]>`
    with locked as materialized (
      select t.* from "Ticket" t where ${named(reference)} and ${hidden} and ${visibleTo(viewer)} for no key update
    )
    select ${lockedColumns} from locked t`;
  if (row === undefined) throw new NotFound('ticket');
  return row;
}

/**
 * As lockTicket, but a ticket that was merged is only read: it is closed for good, its conversation goes on in another one, and whoever
 * writes there must hold no lock here, which may be out of the order of ids. Throws NotFound, and Overtaken when it is merged while
 * its lock is waited for.
 */
export async function lockUnlessMerged(
  tx: TenantPrisma,
  reference: TicketReference,
  viewer: Viewer,
): Promise<LockedTicket> {
  const found = Prisma.sql`${named(reference)} and t."deletedAt" is null and ${visibleTo(viewer)}`;
  const [row] = await tx.$queryRaw<(LockedTicket & { readonly held: boolean })[]>`
    with merged as materialized (
      select t.* from "Ticket" t where ${found} and t."mergedIntoId" is not null
    ), locked as materialized (
      select t.* from "Ticket" t where ${found} and not exists (select from merged) for no key update
    )
    select ${lockedColumns}, t."held" from (select m.*, false as "held" from merged m union all select l.*, true from locked l) t`;
  if (row === undefined) throw new NotFound('ticket');
  if (row.held && row.mergedIntoId !== null) throw new Overtaken();
  return row;
}

const lockedColumns = Prisma.sql`
  t."id"::text as "id", t."number", t."title", t."description", t."status"::text as "status",
  t."priority"::text as "priority", t."tags", t."authorId"::text as "authorId", t."assignedToId"::text as "assignedToId",
  t."groupId"::text as "groupId", t."followUpOfId"::text as "followUpOfId", t."commentCount", t."publicCommentCount",
  t."reopenCount", t."firstRespondedAt", t."resolvedAt", t."closedAt", t."deletedAt", t."mergedIntoId"::text as "mergedIntoId",
  t."internal", t."version", t."publicVersion", greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt") as "at"`;

/**
 * Locks two tickets, in the order of their ids whichever is named first: whoever does the same at once waits, and nobody for
 * each other. Answers them in the order in which they were named. Throws NotFound.
 */
export async function lockTickets(
  tx: TenantPrisma,
  [one, other]: readonly [string, string],
  viewer: Viewer,
  deleted: 'hidden' | 'included' = 'hidden',
): Promise<readonly [LockedTicket, LockedTicket]> {
  const [lower, upper] = one < other ? [one, other] : [other, one];
  const first = await lockTicket(tx, { id: lower }, viewer, deleted);
  const second = await lockTicket(tx, { id: upper }, viewer, deleted);
  return lower === one ? [first, second] : [second, first];
}

/** Whether a customer is a ticket's author, or was let into it. */
export async function takesPart(
  tx: TenantPrisma,
  { id: ticketId, authorId }: Pick<LockedTicket, 'id' | 'authorId'>,
  { id: userId }: Viewer,
): Promise<boolean> {
  return authorId === userId || (await tx.ticketParticipant.count({ where: { ticketId, userId, role: 'CC' } })) > 0;
}

/**
 * Sets `columns` of a locked ticket, moves its version and time, and records what was done. The version and time that customers
 * have move when they see one of the events.
 */
export async function writeTicket(
  tx: Prisma.TransactionClient,
  ticket: LockedTicket,
  columns: Partial<TicketColumns>,
  ...events: readonly RecordedEvent[]
): Promise<void> {
  const { tags, ...scalars } = columns;
  await tx.ticket.update({
    where: { id: ticket.id },
    data: {
      ...scalars,
      ...(tags !== undefined && { tags: [...tags] }),
      version: { increment: 1 },
      updatedAt: ticket.at,
      ...(!events.every(isInternal) && { publicVersion: { increment: 1 }, publicUpdatedAt: ticket.at }),
    },
    select: { id: true },
  });
  await recordEvents(tx, ticket, events);
}

/** What an UPDATE of "Ticket" under the alias `t` sets beside its columns. `seen` is SQL that tells whether customers see what it does. */
export function movedFor(seen: Prisma.Sql): Prisma.Sql {
  const now = Prisma.sql`greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt")`;
  return Prisma.sql`
    "version" = t."version" + 1, "updatedAt" = ${now}, "publicVersion" = t."publicVersion" + ${seen}::int,
    "publicUpdatedAt" = case when ${seen} then ${now} else t."publicUpdatedAt" end`;
}

/** A new ticket's columns beside those that its number and time come with. */
export interface NewTicket extends TicketFields {
  readonly submittedById: string;
  /** The ticket that it is split from, whose organization it has; the author's without one. */
  readonly splitFromId?: string;
  /** Hidden from customers while it has no public comment. */
  readonly internal?: boolean;
}

/**
 * Numbers and stores a ticket in one statement. The counter's row lock, held until the transaction ends, makes numbers
 * dense: one that is rolled back gives its number back. The author is locked, so that the organization is not deleted meanwhile.
 */
export async function insertTicket(tx: TenantPrisma, ticket: NewTicket): Promise<{ id: string; at: Date }> {
  const closed = ticket.status === 'CLOSED';
  const resolved = closed || ticket.status === 'RESOLVED';
  const organization =
    ticket.splitFromId === undefined
      ? Prisma.sql`(select a."organizationId" from author a)`
      : Prisma.sql`(select o."organizationId" from "Ticket" o where o."id" = ${ticket.splitFromId}::uuid)`;
  const [row] = await tx.$queryRaw<{ id: string; at: Date }[]>`
    with author as materialized (
      select u."organizationId" from "User" u where u."id" = ${ticket.authorId}::uuid for share
    ), counter as (
      update "TicketCounter" set "lastNumber" = "lastNumber" + 1 where "id" = 1
      returning "lastNumber" as "number", date_trunc('milliseconds', clock_timestamp()) as "at"
    )
    insert into "Ticket" ("number", "title", "description", "status", "priority", "tags", "authorId", "submittedById",
                          "assignedToId", "groupId", "followUpOfId", "splitFromId", "organizationId", "internal", "resolvedAt", "closedAt", "createdAt",
                          "updatedAt", "publicUpdatedAt")
    select c."number", ${ticket.title}, ${ticket.description}, ${ticket.status}::"TicketStatus",
           ${ticket.priority}::"TicketPriority", ${[...ticket.tags]}::text[], ${ticket.authorId}::uuid,
           ${ticket.submittedById}::uuid, ${ticket.assignedToId}::uuid, ${ticket.groupId}::uuid, ${ticket.followUpOfId}::uuid, ${ticket.splitFromId ?? null}::uuid,
           ${organization}, ${ticket.internal ?? false}::boolean,
           case when ${resolved}::boolean then c."at" end, case when ${closed}::boolean then c."at" end,
           c."at", c."at", c."at"
      from counter c
    returning "id"::text as "id", "createdAt" as "at"`;
  if (row === undefined) throw new Error('The tenant has no TicketCounter row.');
  return row;
}

/** The number of a ticket that `viewer` may see, or undefined. */
export async function findTicketNumber(tx: TenantPrisma, id: string, viewer: Viewer): Promise<number | undefined> {
  const [row] = await tx.$queryRaw<{ number: number }[]>`
    select t."number" from "Ticket" t where t."id" = ${id}::uuid and t."deletedAt" is null and ${visibleTo(viewer)}`;
  return row?.number;
}

function named(reference: TicketReference): Prisma.Sql {
  return 'id' in reference
    ? Prisma.sql`t."id" = ${reference.id}::uuid`
    : Prisma.sql`t."number" = ${reference.number}::integer`;
}
