import type { TenantPrisma } from '@helpdeskly/tenancy';
import { TicketEventType } from '../tickets/ticket-events.js';

/** How many tickets one transaction closes: few enough to keep their rows for milliseconds. */
export const batch = 100;

/**
 * Closes tickets that were resolved `ageMs` ago or earlier, the oldest resolutions first, each with its event; answers how
 * many. One that somebody is writing to is passed over: he may be reopening it. The lock, until the transaction ends, lets
 * nobody else do the same in this tenant; times are read when the rows are locked (the CTE is a fence), as everywhere.
 */
export async function closeDueTickets(tx: TenantPrisma, ageMs: number): Promise<number> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('auto-close', 0))`;
  return tx.$executeRaw`
    with due as materialized (
      select t."id", t."updatedAt" from "Ticket" t
       where t."status" = 'RESOLVED' and t."deletedAt" is null
         and t."resolvedAt" <= now() - ${ageMs}::double precision * interval '1 millisecond'
       order by t."resolvedAt", t."id" limit ${batch}::integer
         for no key update skip locked
    ), timed as materialized (
      select d."id", greatest(date_trunc('milliseconds', clock_timestamp()), d."updatedAt") as "at" from due d
    ), closed as (
      update "Ticket" t
         set "status" = 'CLOSED', "closedAt" = d."at", "updatedAt" = d."at", "version" = t."version" + 1,
             "publicUpdatedAt" = d."at", "publicVersion" = t."publicVersion" + 1
        from timed d where t."id" = d."id"
      returning t."id", d."at"
    )
    insert into "TicketEvent" ("ticketId", "type", "changes", "createdAt")
    select c."id", ${TicketEventType.UPDATED}, '{"status": {"from": "RESOLVED", "to": "CLOSED"}}', c."at" from closed c`;
}

/** In how many milliseconds the next ticket is due, 0 or less when one is; undefined when none is resolved. */
export async function nextDueInMs(db: TenantPrisma, ageMs: number): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ ms: number | null }[]>`
    select (extract(epoch from min(t."resolvedAt") - now()) * 1000)::double precision + ${ageMs}::double precision as "ms"
      from "Ticket" t where t."status" = 'RESOLVED' and t."deletedAt" is null`;
  return row?.ms ?? undefined;
}
