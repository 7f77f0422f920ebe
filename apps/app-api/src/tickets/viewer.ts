import type { Actor } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';

/** Who reads or writes: enough to know what they may see. */
export type Viewer = Pick<Actor, 'id' | 'role'>;

/**
 * Agents and admins see every ticket with its internal comments; a customer sees the public side of the own ones, of those
 * that the customer was let into, and of those of everybody in the same organization when that is shared.
 */
export function isStaff(viewer: Viewer): boolean {
  return viewer.role === 'ADMIN' || viewer.role === 'AGENT';
}

/**
 * Whether somebody is on the asking side of a ticket: a customer, or whoever asked, agents and admins included. Nobody supports
 * oneself: what a requester writes is no response, and asks for one.
 */
export function isRequester(actor: Viewer, { authorId }: { readonly authorId: string }): boolean {
  return !isStaff(actor) || actor.id === authorId;
}

/** The condition on rows of "Ticket" under `alias` that leaves those which `viewer` may see. */
export function visibleTo(viewer: Viewer, alias = 't'): Prisma.Sql {
  if (isStaff(viewer)) return Prisma.sql`true`;
  // Arrays that are read once: with a subquery in its place PostgreSQL uses no index.
  const ticket = Prisma.raw(alias);
  return Prisma.sql`(${ticket}."id" = any (array(
    select cc."ticketId" from "TicketParticipant" cc where cc."userId" = ${viewer.id}::uuid and cc."role" = 'CC')) or ${ticket}."authorId" = any (array(
    select ${viewer.id}::uuid union
    select other."id" from "User" me join "Organization" o on o."id" = me."organizationId" and o."shared"
      join "User" other on other."organizationId" = o."id" where me."id" = ${viewer.id}::uuid)))`;
}

/** The condition on rows of "TicketParticipant" under the alias `p` that leaves those of whom `viewer` may hear: who follows is the staff's own business. */
export function visibleParticipants(viewer: Viewer): Prisma.Sql {
  return isStaff(viewer) ? Prisma.sql`true` : Prisma.sql`p."role" = 'CC'`;
}
