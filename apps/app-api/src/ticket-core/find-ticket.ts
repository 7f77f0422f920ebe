import { Prisma } from '@helpdeskly/tenant-db';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { NotFound } from '@helpdeskly/errors';
import { named, type TicketReference } from './ticket-reference.js';
import { selectTickets, toTicket, type Ticket, type TicketRow } from './ticket-select.js';
import { visibleTo, type Viewer } from './viewer.js';

/** Throws NotFound. */
export async function readTicket(db: TenantPrisma, reference: TicketReference, viewer: Viewer): Promise<Ticket> {
  const rows = Prisma.sql`SELECT t.* FROM "Ticket" t WHERE ${named(reference)} AND t."deletedAt" IS NULL AND ${visibleTo(viewer)}`;
  const [row] = await db.$queryRaw<TicketRow[]>(selectTickets(rows, viewer));
  if (row === undefined) throw new NotFound('ticket');
  return toTicket(row);
}

/** The id of a ticket that `viewer` may see. Throws NotFound. */
export async function findVisibleTicket(db: TenantPrisma, reference: TicketReference, viewer: Viewer): Promise<string> {
  const [row] = await db.$queryRaw<{ id: string }[]>`
    SELECT t."id"::text AS "id" FROM "Ticket" t WHERE ${named(reference)} AND t."deletedAt" IS NULL AND ${visibleTo(viewer)}`;
  if (row === undefined) throw new NotFound('ticket');
  return row.id;
}

/** The number of a ticket that `viewer` may see, or undefined. */
export async function findTicketNumber(tx: TenantPrisma, id: string, viewer: Viewer): Promise<number | undefined> {
  const [row] = await tx.$queryRaw<{ number: number }[]>`
    SELECT t."number" FROM "Ticket" t WHERE t."id" = ${id}::uuid AND t."deletedAt" IS NULL AND ${visibleTo(viewer)}`;
  return row?.number;
}
