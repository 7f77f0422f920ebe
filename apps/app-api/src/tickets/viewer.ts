import type { Actor } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';

/** Who reads or writes: enough to know what they may see. */
export type Viewer = Pick<Actor, 'id' | 'role'>;

/**
 * Agents and admins see every ticket with its internal comments; a customer sees the public side of the own ones, and of those
 * of everybody in the same organization when that is shared.
 */
export function isStaff(viewer: Viewer): boolean {
  return viewer.role === 'ADMIN' || viewer.role === 'AGENT';
}

/** The condition on rows of "Ticket" under `alias` that leaves those which `viewer` may see. */
export function visibleTo(viewer: Viewer, alias = 't'): Prisma.Sql {
  if (isStaff(viewer)) return Prisma.sql`true`;
  // An array that is read once: with a subquery in its place PostgreSQL does not use the index by author.
  return Prisma.sql`${Prisma.raw(alias)}."authorId" = any (array(
    select ${viewer.id}::uuid union
    select other."id" from "User" me join "Organization" o on o."id" = me."organizationId" and o."shared"
      join "User" other on other."organizationId" = o."id" where me."id" = ${viewer.id}::uuid))`;
}
