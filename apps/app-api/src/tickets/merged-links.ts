import { Prisma } from '@helpdeskly/tenant-db';
import { mostLinks } from '../ticket-core/ticket-limits.js';
import { TicketEventType } from '../ticket-core/ticket-events.js';
import { movedFor } from '../ticket-core/write-clock.js';
import type { LockedTicket } from '../ticket-core/ticket-changes.js';
import type { WrittenTicket } from '../ticket-core/on-ticket-written.js';
import { writtenColumns } from '../ticket-core/ticket-writes.js';

/**
 * Locks two tickets that are about to be merged and all that the first one is linked with, in the order of their ids. One that
 * is linked with it meanwhile comes after the merge, and stays linked with the first.
 */
export async function lockWithLinked(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.$queryRaw`
    select from "Ticket" t
     where t."id" = any (array(
       select ${from}::uuid union select ${to}::uuid
        union select l."toId" from "TicketLink" l where l."fromId" = ${from}::uuid
        union select l."fromId" from "TicketLink" l where l."toId" = ${from}::uuid))
     order by t."id" for no key update`;
}

/**
 * What one locked ticket is linked with, the other one is from now on; and it is not linked with itself, nor twice, nor more than
 * `mostLinks` times: what there is no room for stays. Everybody whose links change has an event that customers do not see.
 * Answers the others that it has written.
 */
export async function passLinks(
  tx: Prisma.TransactionClient,
  { id: actorId }: { readonly id: string },
  from: LockedTicket,
  to: LockedTicket,
): Promise<readonly WrittenTicket[]> {
  return tx.$queryRaw<WrittenTicket[]>`
    with held as materialized (
      select l."id", l."type", o."id" as "otherId", o."number" as "otherNumber", l."fromId" = ${from.id}::uuid as "outwards"
        from "TicketLink" l join "Ticket" o on o."id" in (l."fromId", l."toId") and o."id" <> ${from.id}::uuid
       where l."fromId" = ${from.id}::uuid or l."toId" = ${from.id}::uuid
    ), wanted as materialized (
      select h.*, case when a."away" then ${to.id}::uuid else h."otherId" end as "newFrom",
             case when a."away" then h."otherId" else ${to.id}::uuid end as "newTo"
        from held h,
             lateral (select case h."type" when 'RELATED' then ${to.number}::int < h."otherNumber" else h."outwards" end as "away") a
    ), fresh as materialized (
      select w.* from wanted w
       where w."otherId" <> ${to.id}::uuid
         and not exists (select from "TicketLink" l where l."fromId" = w."newFrom" and l."toId" = w."newTo" and l."type" = w."type")
       order by w."id"
       limit greatest(0, ${mostLinks}::int - (
         select count(*) from "TicketLink" l
          where (l."fromId" = ${to.id}::uuid or l."toId" = ${to.id}::uuid)
            and ${from.id}::uuid not in (l."fromId", l."toId")))
    ), passed as (
      update "TicketLink" l set "fromId" = f."newFrom", "toId" = f."newTo" from fresh f where l."id" = f."id"
    ), doubled as materialized (
      select w.* from wanted w
       where w."otherId" = ${to.id}::uuid
          or exists (select from "TicketLink" l where l."fromId" = w."newFrom" and l."toId" = w."newTo" and l."type" = w."type")
    ), dropped as (
      delete from "TicketLink" l using doubled d where l."id" = d."id"
    ), told as materialized (
      select f."otherId" as "ticketId", f."type" || ' ' || ${from.id}::text as "lost", f."type" || ' ' || ${to.id}::text as "won" from fresh f
      union all select d."otherId", d."type" || ' ' || ${from.id}::text, null from doubled d
      union all select ${to.id}::uuid, null, f."type" || ' ' || f."otherId"::text from fresh f
      union all select ${from.id}::uuid, g."type" || ' ' || g."otherId"::text, null
                  from (select "type", "otherId" from fresh union all select "type", "otherId" from doubled) g
    ), changed as (
      update "Ticket" t
         set ${movedFor(Prisma.sql`false`)}
       where t."id" in (select "ticketId" from told) and t."id" not in (${from.id}::uuid, ${to.id}::uuid)
      returning t."id", t."status", t."resolvedAt", t."deletedAt", t."updatedAt"
    ), recorded as (
    insert into "TicketEvent" ("ticketId", "type", "actorId", "internal", "changes", "createdAt")
    select o."ticketId", case when o."won" is null then ${TicketEventType.UNLINKED} else ${TicketEventType.LINKED} end,
           ${actorId}::uuid, true, jsonb_build_object('link', jsonb_build_object('from', o."lost", 'to', o."won")),
           case o."ticketId" when ${from.id}::uuid then ${from.at}::timestamptz when ${to.id}::uuid then ${to.at}::timestamptz
                             else c."updatedAt" end
      from told o left join changed c on c."id" = o."ticketId"
     order by o."ticketId", o."lost", o."won"
    )
    select ${writtenColumns} from changed t`;
}
