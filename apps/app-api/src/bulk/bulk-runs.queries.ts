import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma, type BulkRun } from '@helpdeskly/tenant-db';

/** Lets one run after the other of one person begin, so that they can be counted. */
export async function lockRunsOf(tx: TenantPrisma, actorId: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`bulk runs of ${actorId}`}, 0))`;
}

/** Deletes runs that ended a month ago: nobody follows them any more. */
export async function forgetOld(tx: TenantPrisma): Promise<void> {
  await tx.$executeRaw`
    delete from "BulkRun" where "id" in (
      select "id" from "BulkRun" where "endedAt" < now() - interval '30 days' order by "endedAt" limit 10 for update skip locked)`;
}

/** Finds at most so many tickets and one more, by SQL conditions on `t`, and keeps them as those of a run. Answers how many. */
export async function keepFound(
  tx: TenantPrisma,
  runId: string,
  conditions: readonly Prisma.Sql[],
  most: number,
): Promise<number> {
  return tx.$executeRaw`
    insert into "BulkRunTicket" ("runId", "place", "ticketId")
    select ${runId}::uuid, row_number() over (order by f."id"), f."id"
      from (select t."id" from "Ticket" t where ${Prisma.join([...conditions], ' and ')} limit ${most + 1}::integer) f`;
}

/** How a run stands. */
export interface RunStanding {
  readonly done: number;
  readonly refused: number;
}

export async function standingOf(db: TenantPrisma, runId: string): Promise<RunStanding> {
  const [row] = await db.$queryRaw<RunStanding[]>`
    select count("status")::int as "done", count(*) filter (where "status" <> 200)::int as "refused"
      from "BulkRunTicket" where "runId" = ${runId}::uuid`;
  return row ?? { done: 0, refused: 0 };
}

/** What a worker has to know of a run. */
export type RunAtWork = Pick<BulkRun, 'id' | 'actorId' | 'work'>;

/** The run under way whose last turn is longest ago, and notes that it has one now. */
export async function takeRun(db: TenantPrisma): Promise<RunAtWork | undefined> {
  const [run] = await db.$queryRaw<RunAtWork[]>`
    update "BulkRun" set "turnAt" = clock_timestamp()
     where "id" = (select "id" from "BulkRun" where "endedAt" is null order by "turnAt" nulls first, "id" limit 1)
    returning "id"::text as "id", "actorId"::text as "actorId", "work"`;
  return run;
}

/** The next tickets of a run whose turn has not come. */
export function waitingOf(
  db: TenantPrisma,
  runId: string,
  limit: number,
): Promise<{ place: number; ticketId: string }[]> {
  return db.$queryRaw`
    select "place", "ticketId"::text as "ticketId" from "BulkRunTicket"
     where "runId" = ${runId}::uuid and "status" is null order by "place" limit ${limit}::integer`;
}

/** Locks a ticket of a run until the transaction ends; whether its turn is still to come. */
export async function takeTurn(tx: TenantPrisma, runId: string, place: number): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    select from "BulkRunTicket" where "runId" = ${runId}::uuid and "place" = ${place}::integer and "status" is null for update`;
  return found.length > 0;
}
