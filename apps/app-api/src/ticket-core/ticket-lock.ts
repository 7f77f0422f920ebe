import { Overtaken } from '@helpdeskly/database';
import { Prisma } from '@helpdeskly/tenant-db';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { NotFound } from '@helpdeskly/errors';
import { lockedSelection } from './column-sql.js';
import type { LockedTicket } from './ticket-changes.js';
import { ticketColumns } from './ticket-columns.js';
import { writtenAt } from './write-clock.js';
import { named, type TicketReference } from './ticket-reference.js';
import { visibleTo, type Viewer } from './viewer.js';

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
  const hidden = deleted === 'hidden' ? Prisma.sql`t."deletedAt" IS NULL` : Prisma.sql`true`;
  const [row] = await tx.$queryRaw<LockedTicket[]>`
    WITH taken AS MATERIALIZED (
      SELECT t.* FROM "Ticket" t WHERE ${named(reference)} AND ${hidden} AND ${visibleTo(viewer)} FOR NO KEY UPDATE
    )
    SELECT ${lockedColumns} FROM taken t`;
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
  const found = Prisma.sql`${named(reference)} AND t."deletedAt" IS NULL AND ${visibleTo(viewer)}`;
  const [row] = await tx.$queryRaw<(LockedTicket & { readonly held: boolean })[]>`
    WITH merged AS MATERIALIZED (
      SELECT t.* FROM "Ticket" t WHERE ${found} AND t."mergedIntoId" IS NOT NULL
    ), taken AS MATERIALIZED (
      SELECT t.* FROM "Ticket" t WHERE ${found} AND NOT EXISTS (SELECT FROM merged) FOR NO KEY UPDATE
    )
    SELECT ${lockedColumns}, t."held" FROM (SELECT m.*, false AS "held" FROM merged m UNION ALL SELECT l.*, true FROM taken l) t`;
  if (row === undefined) throw new NotFound('ticket');
  if (row.held && row.mergedIntoId !== null) throw new Overtaken();
  return row;
}

const lockedColumns = Prisma.sql`${lockedSelection(ticketColumns)}, ${writtenAt} AS "at"`;

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

/** The ticket in which a merged one's conversation goes on: the end of the chain of merges. */
export async function continuationOf(tx: TenantPrisma, ticketId: string): Promise<string> {
  const [end] = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE chain AS (
      SELECT t."id", t."mergedIntoId" FROM "Ticket" t WHERE t."id" = ${ticketId}::uuid
      UNION
      SELECT t."id", t."mergedIntoId" FROM "Ticket" t JOIN chain ON t."id" = chain."mergedIntoId"
    )
    SELECT "id"::text AS "id" FROM chain WHERE "mergedIntoId" IS NULL`;
  return end?.id ?? ticketId;
}
