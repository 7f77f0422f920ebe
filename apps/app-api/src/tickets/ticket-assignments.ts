import type { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from './ticket-events.js';

/**
 * Takes every unresolved ticket from an assignee who will not work on it any more, each with its event. Meant to run in
 * the transaction that disables or demotes the user, after it has locked the user's row.
 */
export async function releaseTickets(
  tx: Prisma.TransactionClient,
  assigneeId: string,
  actorId: string | null,
): Promise<number> {
  return tx.$executeRaw`
    with held as materialized (
      select t."id" from "Ticket" t
       where t."assignedToId" = ${assigneeId}::uuid and t."status" in ('OPEN', 'PENDING', 'ON_HOLD')
       order by t."id" for no key update
    ), released as (
      update "Ticket" t
         set "assignedToId" = null, "version" = t."version" + 1,
             "updatedAt" = greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt")
        from held where t."id" = held."id"
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "changes", "createdAt")
    select "id", ${TicketEventType.UPDATED}, ${actorId}::uuid,
           jsonb_build_object('assignedToId', jsonb_build_object('from', ${assigneeId}::text, 'to', null)), "updatedAt"
      from released`;
}
