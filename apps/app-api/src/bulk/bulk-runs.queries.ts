import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma, type BulkRun } from '@helpdeskly/tenant-db';

/** Lets one run after the other of one person begin, so that they can be counted. */
export async function lockRunsOf(tx: TenantPrisma, actorId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`bulk runs of ${actorId}`}, 0))`;
}

/** Deletes runs that ended a month ago: nobody follows them any more. */
export async function forgetOld(tx: TenantPrisma): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "BulkRun" WHERE "id" IN (
      SELECT "id" FROM "BulkRun" WHERE "endedAt" < now() - interval '30 days' ORDER BY "endedAt" LIMIT 10 FOR UPDATE SKIP LOCKED)`;
}

/** Finds at most so many tickets and one more, by SQL conditions on `t`, and keeps them as those of a run. Answers how many. */
export async function keepFound(
  tx: TenantPrisma,
  runId: string,
  conditions: readonly Prisma.Sql[],
  most: number,
): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO "BulkRunTicket" ("runId", "place", "ticketId")
    SELECT ${runId}::uuid, row_number() OVER (ORDER BY f."id"), f."id"
      FROM (SELECT t."id" FROM "Ticket" t WHERE ${Prisma.join([...conditions], ' AND ')} LIMIT ${most + 1}::integer) f`;
}

/** How a run stands. */
export interface RunStanding {
  readonly done: number;
  readonly refused: number;
}

export async function standingOf(db: TenantPrisma, runId: string): Promise<RunStanding> {
  const [row] = await db.$queryRaw<RunStanding[]>`
    SELECT count("status")::int AS "done", count(*) FILTER (WHERE "status" <> 200)::int AS "refused"
      FROM "BulkRunTicket" WHERE "runId" = ${runId}::uuid`;
  return row ?? { done: 0, refused: 0 };
}

/** What a worker has to know of a run. */
export type RunAtWork = Pick<BulkRun, 'id' | 'actorId' | 'work'>;

/** The run under way whose last turn is longest ago, and notes that it has one now. */
export async function takeRun(db: TenantPrisma): Promise<RunAtWork | undefined> {
  const [run] = await db.$queryRaw<RunAtWork[]>`
    UPDATE "BulkRun" SET "turnAt" = clock_timestamp()
     WHERE "id" = (SELECT "id" FROM "BulkRun" WHERE "endedAt" IS NULL ORDER BY "turnAt" NULLS FIRST, "id" LIMIT 1)
    RETURNING "id"::text AS "id", "actorId"::text AS "actorId", "work"`;
  return run;
}

/** The next tickets of a run whose turn has not come. */
export function waitingOf(
  db: TenantPrisma,
  runId: string,
  limit: number,
): Promise<{ place: number; ticketId: string }[]> {
  return db.$queryRaw`
    SELECT "place", "ticketId"::text AS "ticketId" FROM "BulkRunTicket"
     WHERE "runId" = ${runId}::uuid AND "status" IS NULL ORDER BY "place" LIMIT ${limit}::integer`;
}

/** Locks a ticket of a run until the transaction ends; whether its turn is still to come. */
export async function takeTurn(tx: TenantPrisma, runId: string, place: number): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT FROM "BulkRunTicket" WHERE "runId" = ${runId}::uuid AND "place" = ${place}::integer AND "status" IS NULL FOR UPDATE`;
  return found.length > 0;
}
