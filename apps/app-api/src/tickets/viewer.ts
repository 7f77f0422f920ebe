import type { Actor } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';

/** Who reads or writes: enough to know what they may see. */
export type Viewer = Pick<Actor, 'id' | 'role'>;

/** Agents and admins see every ticket with its internal comments; a customer sees the public side of the own ones. */
export function isStaff(viewer: Viewer): boolean {
  return viewer.role === 'ADMIN' || viewer.role === 'AGENT';
}

/** The condition on rows of "Ticket" under `alias` that leaves those which `viewer` may see. */
export function visibleTo(viewer: Viewer, alias = 't'): Prisma.Sql {
  return isStaff(viewer) ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(alias)}."authorId" = ${viewer.id}::uuid`;
}
