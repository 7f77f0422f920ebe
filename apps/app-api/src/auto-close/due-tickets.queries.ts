import { Prisma } from '@helpdeskly/tenant-db';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { fromTo, type TicketWrites } from '../ticket-core/ticket-writes.js';
import { writtenAt } from '../ticket-core/write-clock.js';
import { TicketEventType } from '../ticket-core/ticket-events.js';

/** How many tickets one transaction closes: few enough to keep their rows for milliseconds. */
export const batch = 100;

/** Since when nobody has said anything in a resolved ticket `t`: its resolution, or a later public comment. */
const quietSince = Prisma.sql`greatest(t."resolvedAt", (
  SELECT c."createdAt" FROM "Comment" c WHERE c."ticketId" = t."id" AND c."visibility" = 'PUBLIC' ORDER BY c."seq" DESC LIMIT 1))`;

/**
 * Closes tickets that have been resolved and quiet for `ageMs` or longer, the oldest resolutions first, each with its event;
 * answers how many. One that somebody is writing to is passed over: he may be reopening it. The lock, until the transaction
 * ends, lets nobody else do the same in this tenant. What is due is asked once more when the rows are locked: a comment may
 * have been committed in between, which the statement that took the locks does not see.
 */
export async function closeDueTickets(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  ageMs: number,
): Promise<number> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('auto-close', 0))`;
  const due = Prisma.sql`${quietSince} <= now() - ${ageMs}::double precision * interval '1 millisecond'`;
  const held = await tx.$queryRaw<{ id: string }[]>`
    SELECT t."id"::text AS "id" FROM "Ticket" t
     WHERE t."status" = 'RESOLVED' AND t."deletedAt" IS NULL
       AND t."resolvedAt" <= now() - ${ageMs}::double precision * interval '1 millisecond' AND ${due}
     ORDER BY t."resolvedAt", t."id" LIMIT ${batch}::integer
       FOR NO KEY UPDATE SKIP LOCKED`;
  if (held.length === 0) return 0;
  const closed = await writes.writeTickets(tx, {
    held: Prisma.sql`
      SELECT t."id", ${writtenAt} AS "at" FROM "Ticket" t
       WHERE t."id" = ANY (${held.map(({ id }) => id)}::uuid[]) AND ${due}`,
    columns: Prisma.sql`"status" = 'CLOSED', "closedAt" = held."at"`,
    at: Prisma.sql`held."at"`,
    type: TicketEventType.UPDATED,
    actorId: null,
    changes: fromTo('status', 'RESOLVED', 'CLOSED'),
    told: {
      type: TicketEventType.UPDATED,
      actorId: null,
      changes: { status: { from: 'RESOLVED', to: 'CLOSED' } },
    },
  });
  return closed.length;
}

/** In how many milliseconds the next ticket is due, 0 or less when one is; undefined when none is resolved. */
export async function nextDueInMs(db: TenantPrisma, ageMs: number): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM min(${quietSince}) - now()) * 1000)::double precision + ${ageMs}::double precision AS "ms"
      FROM "Ticket" t WHERE t."status" = 'RESOLVED' AND t."deletedAt" IS NULL`;
  return row?.ms ?? undefined;
}
