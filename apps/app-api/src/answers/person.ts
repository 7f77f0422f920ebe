import { Prisma, type UserRole } from '@helpdeskly/tenant-db';

/** A user as tickets, comments and events show them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: UserRole;
}

/**
 * One user by primary key for each row before it. LIMIT keeps PostgreSQL from reading all users to hash them, and keeps
 * the order of the rows. `id` is SQL of ours.
 */
export function joinPerson(alias: string, id: string): Prisma.Sql {
  const [name, key] = [Prisma.raw(alias), Prisma.raw(id)];
  return Prisma.sql`left join lateral (
    select u."name", u."email", u."role"::text as "role" from "User" u where u."id" = ${key} limit 1
  ) ${name} on true`;
}

/** A joined user, or null where there is none. */
export function person(
  id: string | null,
  name: string | null,
  email: string | null,
  role: UserRole | null,
): Person | null {
  return id === null || name === null || email === null || role === null ? null : { id, name, email, role };
}
