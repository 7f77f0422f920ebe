import { Prisma } from '@helpdeskly/tenant-db';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { insertion } from './column-sql.js';
import { ticketColumns } from './ticket-columns.js';
import type { TicketColumns, TicketFields } from './ticket-changes.js';

/** A new ticket's columns beside those that its number and time come with. */
interface NewTicket extends TicketFields {
  readonly submittedById: string;
  /** The ticket that it is split from, whose organization it has; the author's without one. */
  readonly splitFromId?: string;
  /** Hidden from customers while it has no public comment. */
  readonly internal?: boolean;
}

/** A ticket that was stored, and when. */
export interface MadeTicket {
  readonly id: string;
  readonly at: Date;
}

/**
 * Numbers and stores a ticket in one statement. The counter's row lock, held until the transaction ends, makes numbers
 * dense: one that is rolled back gives its number back. The author is locked, so that the organization is not deleted meanwhile.
 */
export async function insertTicket(tx: TenantPrisma, ticket: NewTicket): Promise<MadeTicket> {
  const closed = ticket.status === 'CLOSED';
  const resolved = closed || ticket.status === 'RESOLVED';
  const organization =
    ticket.splitFromId === undefined
      ? Prisma.sql`(SELECT a."organizationId" FROM author a)`
      : Prisma.sql`(SELECT o."organizationId" FROM "Ticket" o WHERE o."id" = ${ticket.splitFromId}::uuid)`;
  const at = Prisma.sql`c."at"`;
  const made = {
    number: Prisma.sql`c."number"`,
    organizationId: organization,
    resolvedAt: Prisma.sql`CASE WHEN ${resolved}::boolean THEN c."at" END`,
    closedAt: Prisma.sql`CASE WHEN ${closed}::boolean THEN c."at" END`,
    createdAt: at,
    updatedAt: at,
    publicUpdatedAt: at,
  };
  const { names, values } = insertion(ticketColumns, made, { ...ticket, internal: ticket.internal ?? false });
  const [row] = await tx.$queryRaw<MadeTicket[]>`
    WITH author AS MATERIALIZED (
      SELECT u."organizationId" FROM "User" u WHERE u."id" = ${ticket.authorId}::uuid FOR SHARE
    ), counter AS (
      UPDATE "TicketCounter" SET "lastNumber" = "lastNumber" + 1 WHERE "id" = 1
      RETURNING "lastNumber" AS "number", date_trunc('milliseconds', clock_timestamp()) AS "at"
    )
    INSERT INTO "Ticket" (${names}) SELECT ${values} FROM counter c
    RETURNING "id"::text AS "id", "createdAt" AS "at"`;
  if (row === undefined) throw new Error('The tenant has no TicketCounter row.');
  return row;
}

/** Sets counts of a ticket in the transaction that opens it. Its version stays 1: nobody has seen it before. */
export async function countOpened(
  tx: TenantPrisma,
  { id }: MadeTicket,
  counts: Pick<TicketColumns, 'commentCount' | 'publicCommentCount' | 'firstRespondedAt'>,
): Promise<void> {
  await tx.ticket.update({ where: { id }, data: counts, select: { id: true } });
}
