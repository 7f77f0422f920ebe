import type { SqlReader } from '@helpdeskly/tenancy';
import { Prisma, type UserRole } from '@helpdeskly/tenant-db';
import type { FieldChanges } from '../ticket-core/column-fields.js';
import { staffFields, referringFields, type TicketEventType } from '../ticket-core/ticket-events.js';
import { isoTime } from '../ticket-core/iso-time.js';
import { joinPerson, person, type Person } from '../ticket-core/person.js';
import { isStaff, visibleTo, type Viewer } from '../ticket-core/viewer.js';

/** An event as it is answered. */
export interface TicketEvent {
  readonly id: string;
  readonly type: TicketEventType;
  readonly actorId: string | null;
  readonly actor: Person | null;
  readonly changes: FieldChanges;
  /** What groups and organizations of `changes` were called then, by their ids. */
  readonly names?: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

export interface EventRow extends Omit<TicketEvent, 'actor' | 'names'> {
  readonly names: Readonly<Record<string, string>> | null;
  readonly actorName: string | null;
  readonly actorEmail: string | null;
  readonly actorRole: UserRole | null;
  /** The place in the order of writing: a bigint's digits. */
  readonly seq: string;
}

/** `limit` events of a ticket after `seq`, in the order in which they were written. */
export function readEvents(
  db: SqlReader,
  ticketId: string,
  viewer: Viewer,
  limit: number,
  after = '0',
): PromiseLike<EventRow[]> {
  return db.$queryRaw<EventRow[]>`
    SELECT ${eventColumns(viewer)}
      FROM (SELECT e.* FROM "TicketEvent" e
             WHERE e."ticketId" = ${ticketId}::uuid AND ${visible(viewer)} AND e."seq" > ${after}::bigint
             ORDER BY e."seq" LIMIT ${limit}) e
      ${joinActor(viewer)}
     ORDER BY e."seq"`;
}

/** What is read of rows of "TicketEvent" under the alias `e`, beside `joinActor`. */
export function eventColumns(viewer: Viewer): Prisma.Sql {
  const names = isStaff(viewer) ? Prisma.sql`e."names"` : Prisma.sql`NULL`;
  return Prisma.sql`
    e."id"::text AS "id", e."seq"::text AS "seq", e."type", e."actorId"::text AS "actorId", a."name" AS "actorName",
    a."email" AS "actorEmail", a."role" AS "actorRole", ${seenChanges(viewer)} AS "changes", ${names} AS "names",
    ${isoTime('e."createdAt"')} AS "createdAt"`;
}

export function joinActor(viewer: Viewer): Prisma.Sql {
  return joinPerson('a', 'e."actorId"', viewer);
}

export async function countEvents(db: SqlReader, ticketId: string, viewer: Viewer): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS "total" FROM "TicketEvent" e WHERE e."ticketId" = ${ticketId}::uuid AND ${visible(viewer)}`;
  return row?.total;
}

export function toEvent(row: EventRow): TicketEvent {
  return {
    id: row.id,
    type: row.type,
    actorId: row.actorId,
    actor: person(row.actorId, row.actorName, row.actorEmail, row.actorRole),
    // jsonb keeps keys in an order of its own.
    changes: Object.fromEntries(Object.entries(row.changes).map(([field, { from, to }]) => [field, { from, to }])),
    ...(row.names !== null && { names: row.names }),
    createdAt: row.createdAt,
  };
}

/** Mixed events tell customers of the fields that they see, and of the tickets. */
function seenChanges(viewer: Viewer): Prisma.Sql {
  if (isStaff(viewer)) return Prisma.sql`e."changes"`;
  return Prisma.sql`e."changes" - ${[...staffFields]}::text[] - ARRAY(
    SELECT named."field" FROM unnest(${[...referringFields]}::text[]) named ("field")
      JOIN "Ticket" other ON other."id"::text IN (e."changes" -> named."field" ->> 'from', e."changes" -> named."field" ->> 'to')
     WHERE e."changes" ? named."field" AND (${visibleTo(viewer, 'other')}) IS NOT TRUE)`;
}

function visible(viewer: Viewer): Prisma.Sql {
  return isStaff(viewer) ? Prisma.sql`true` : Prisma.sql`NOT e."internal"`;
}
