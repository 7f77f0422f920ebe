import { Prisma, type UserRole } from '@helpdeskly/tenant-db';
import { encoded, orNull } from './json-sql.js';
import { isStaff, type Viewer } from './viewer.js';

/** A user as tickets, comments and events show them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** Customers learn no address of the staff. */
  readonly email?: string;
  readonly role: UserRole;
}

/**
 * One user by primary key for each row before it. LIMIT keeps PostgreSQL from reading all users to hash them, and keeps
 * the order of the rows. `id` is SQL of ours.
 */
export function joinPerson(alias: string, id: string, viewer: Viewer): Prisma.Sql {
  const [name, key] = [Prisma.raw(alias), Prisma.raw(id)];
  const email = Prisma.raw(
    isStaff(viewer) ? 'u."email"' : `CASE u."role" WHEN 'CUSTOMER' THEN u."email" END AS "email"`,
  );
  return Prisma.sql`LEFT JOIN LATERAL (
    SELECT u."name", ${email}, u."role"::text AS "role" FROM "User" u WHERE u."id" = ${key} LIMIT 1
  ) ${name} ON true`;
}

/** The JSON of a joined user, whose id is `id`; null where there is none. */
export function personJson(alias: string, id: string): string {
  const email = `coalesce(',"email":' || ${encoded(`${alias}."email"`)}, '')`;
  return orNull(
    `'{"id":"' || ${id} || '","name":' || ${encoded(`${alias}."name"`)} || ${email} || ',"role":"' || ${alias}."role" || '"}'`,
  );
}

/** A joined user; null where there is none. */
export function person(
  id: string | null,
  name: string | null,
  email: string | null,
  role: UserRole | null,
): Person | null {
  return id === null || name === null || role === null ? null : somebody(id, name, email, role);
}

/** A joined user that is there. */
export function somebody(id: string, name: string, email: string | null, role: UserRole): Person {
  return email === null ? { id, name, role } : { id, name, email, role };
}
