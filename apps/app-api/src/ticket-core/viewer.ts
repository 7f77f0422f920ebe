import type { Actor } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';

/** Who reads or writes: enough to know what they may see. */
export type Viewer = Pick<Actor, 'id' | 'role'> & Partial<Pick<Actor, 'kind'>>;

/**
 * Agents and admins see every ticket with its internal comments; a customer sees the public side of the own ones, of those
 * that the customer was let into, and of those that were opened in the customer's organization when that is shared.
 */
export function isStaff(viewer: Viewer): boolean {
  return viewer.role === 'ADMIN' || viewer.role === 'AGENT';
}

/** Whether whoever resolves a ticket that nobody has gets it. A program resolves tickets, but has none. */
export function takesResolved(actor: Viewer): boolean {
  return isStaff(actor) && actor.kind !== 'API_KEY';
}

/**
 * Whether somebody is on the asking side of a ticket: a customer, or whoever asked, agents and admins included. Nobody supports
 * oneself: what a requester writes is no response, and asks for one.
 */
export function isRequester(actor: Viewer, { authorId }: { readonly authorId: string }): boolean {
  return !isStaff(actor) || actor.id === authorId;
}

/**
 * The condition on rows of "Ticket" under `alias` that leaves those which `viewer` may see. It is NULL rather than false for
 * some of the others (a ticket of no organization, where the viewer's one is shared): its opposite is `IS NOT TRUE`, not `NOT`.
 */
export function visibleTo(viewer: Viewer, alias = 't'): Prisma.Sql {
  if (isStaff(viewer)) return Prisma.sql`true`;
  // Arrays that are read once: with a subquery in its place PostgreSQL uses no index.
  const id = Prisma.sql`${viewer.id}::uuid`;
  return visibleToCustomer({ id, cc: letInto(id), organizations: sharedOrganizations(id) }, alias);
}

/** A customer in SQL: the id, and arrays of the tickets they were let into and of the organization whose tickets they see. */
interface CustomerSql {
  readonly id: Prisma.Sql;
  readonly cc: Prisma.Sql;
  readonly organizations: Prisma.Sql;
}

/** `visibleTo` for a customer whom a query names. */
export function visibleToCustomer({ id, cc, organizations }: CustomerSql, alias = 't'): Prisma.Sql {
  const ticket = Prisma.raw(alias);
  return Prisma.sql`((NOT ${ticket}."internal" OR ${ticket}."publicCommentCount" > 0) AND (
    ${ticket}."authorId" = ${id} OR ${ticket}."id" = ANY (${cc}) OR ${ticket}."organizationId" = ANY (${organizations})))`;
}

/** The tickets that a customer was let into. */
export function letInto(id: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`ARRAY(
      SELECT cc."ticketId" FROM "TicketParticipant" cc WHERE cc."userId" = ${id} AND cc."role" = 'CC')`;
}

/** The customer's organization, where its members see each other's tickets. */
export function sharedOrganizations(id: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`ARRAY(
      SELECT o."id" FROM "User" me JOIN "Organization" o ON o."id" = me."organizationId" AND o."shared"
       WHERE me."id" = ${id})`;
}

/** A column that names a ticket, as text; null in place of one that `viewer` may not see: its id would tell that it is there. */
export function seenReference(viewer: Viewer, column: string): Prisma.Sql {
  const named = Prisma.raw(column);
  if (isStaff(viewer)) return Prisma.sql`${named}::text`;
  return Prisma.sql`(SELECT r."id"::text FROM "Ticket" r WHERE r."id" = ${named} AND ${visibleTo(viewer, 'r')})`;
}

/** Whether no customer sees a ticket, nor hears of it: one of internal comments alone. `visibleTo` says the same in SQL. */
export function isHidden(ticket: { readonly internal: boolean; readonly publicCommentCount: number }): boolean {
  return ticket.internal && ticket.publicCommentCount === 0;
}

/** What a ticket's version is to `viewer`: customers have one of their own, which moves with what they see. */
export function versionFor(
  viewer: Viewer,
  ticket: { readonly version: number; readonly publicVersion: number },
): number {
  return isStaff(viewer) ? ticket.version : ticket.publicVersion;
}

/** The column of "Ticket" that holds that version. */
export function versionColumnFor(viewer: Viewer): string {
  return isStaff(viewer) ? 'version' : 'publicVersion';
}

/** The column of "Ticket" that tells `viewer` when it was last written to. */
export function updatedAtFor(viewer: Viewer): string {
  return isStaff(viewer) ? 'updatedAt' : 'publicUpdatedAt';
}

/** The condition on rows of "TicketParticipant" under the alias `p` that leaves those of whom `viewer` may hear: who follows is the staff's own business. */
export function visibleParticipants(viewer: Viewer): Prisma.Sql {
  return isStaff(viewer) ? Prisma.sql`true` : Prisma.sql`p."role" = 'CC'`;
}

/** The condition on rows of "Comment" under the alias `c` that leaves those which `viewer` may see of a ticket that they may see. */
export function visibleComments(viewer: Viewer): Prisma.Sql {
  return isStaff(viewer) ? Prisma.sql`true` : Prisma.sql`c."visibility" = 'PUBLIC'`;
}
