import { Prisma } from '@helpdeskly/tenant-db';
import { WrittenAnswer, type Json } from '@helpdeskly/http';
import type { SqlReader, TenantDatabase, TenantPrisma } from '@helpdeskly/tenancy';
import { NotFound } from '@helpdeskly/errors';
import { named, type TicketReference } from './ticket-reference.js';
import { selectTickets, type Ticket } from './ticket-select.js';
import { visibleTo, type Viewer } from './viewer.js';

/** A ticket as it is answered. Throws NotFound. */
export async function findTicket(
  db: TenantDatabase,
  reference: TicketReference,
  viewer: Viewer,
): Promise<WrittenAnswer<Ticket>> {
  const [row] = await db.texts(selectTicket(reference, viewer));
  if (row === undefined) throw new NotFound('ticket');
  const [json, version] = row;
  return new WrittenAnswer(json as Json<Ticket>, Number(version));
}

/** The same for code that looks at it, in a transaction. Throws NotFound. */
export async function readTicket(db: TenantPrisma, reference: TicketReference, viewer: Viewer): Promise<Ticket> {
  const [row] = await db.$queryRaw<{ json: string }[]>(selectTicket(reference, viewer));
  if (row === undefined) throw new NotFound('ticket');
  return JSON.parse(row.json) as Ticket;
}

function selectTicket(reference: TicketReference, viewer: Viewer): Prisma.Sql {
  const rows = Prisma.sql`SELECT t.* FROM "Ticket" t WHERE ${named(reference)} AND t."deletedAt" IS NULL AND ${visibleTo(viewer)}`;
  return selectTickets(rows, viewer);
}

/** The id of a ticket that `viewer` may see. Throws NotFound. */
export async function findVisibleTicket(db: SqlReader, reference: TicketReference, viewer: Viewer): Promise<string> {
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
