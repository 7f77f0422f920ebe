import { connected, urlOf, type TestTenant } from '@helpdeskly/testing';

type Client = Parameters<Parameters<typeof connected>[1]>[0];
type Row = Record<string, any>;

/** In the tenant's own database, as the superuser. */
export function inDatabaseOf<T>(tenant: TestTenant, work: (client: Client) => Promise<T>): Promise<T> {
  return connected(urlOf(tenant.databaseName), work);
}

function ask(tenant: TestTenant, sql: string, values: unknown[] = []): Promise<Row[]> {
  return inDatabaseOf(tenant, async (client) => (await client.query<Row>(sql, values)).rows);
}

/** Lets a ticket have been resolved so many days ago. */
export async function backdate(tenant: TestTenant, ticketId: string, days: number): Promise<void> {
  await ask(tenant, `UPDATE "Ticket" SET "resolvedAt" = now() - $2::int * interval '1 day' WHERE "id" = $1`, [
    ticketId,
    days,
  ]);
}

/** Lets a comment have been written so many days ago. */
export async function backdateComment(tenant: TestTenant, commentId: string, days: number): Promise<void> {
  await ask(tenant, `UPDATE "Comment" SET "createdAt" = now() - $2::int * interval '1 day' WHERE "id" = $1`, [
    commentId,
    days,
  ]);
}

/** Adds tickets that were resolved so many days ago, by SQL alone. */
export async function addResolved(tenant: TestTenant, count: number, days: number): Promise<void> {
  await ask(
    tenant,
    `WITH counter AS (UPDATE "TicketCounter" SET "lastNumber" = "lastNumber" + $1::int RETURNING "lastNumber" - $1::int AS "before")
     INSERT INTO "Ticket" ("number", "title", "description", "status", "authorId", "submittedById", "resolvedAt")
     SELECT c."before" + n, 'Ticket ' || n, 'It was solved.', 'RESOLVED', u."id", u."id", now() - $2::int * interval '1 day'
       FROM counter c, generate_series(1, $1::int) AS n, (SELECT "id" FROM "User" LIMIT 1) u`,
    [count, days],
  );
}

/** How often tickets were closed by nobody, by how often that was done to one ticket: `{ '1': 300 }` is each once. */
export async function closings(tenant: TestTenant): Promise<Record<string, number>> {
  const rows = await ask(
    tenant,
    `SELECT e."times"::text AS "times", count(*)::int AS "tickets"
       FROM (SELECT count(*) AS "times" FROM "TicketEvent"
              WHERE "actorId" IS NULL AND "changes" = '{"status": {"from": "RESOLVED", "to": "CLOSED"}}'
              GROUP BY "ticketId") e
      GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ times, tickets }) => [times, tickets]));
}

/** How many tickets have a status. */
export async function countOf(tenant: TestTenant, status: string): Promise<number> {
  const [row] = await ask(tenant, `SELECT count(*)::int AS "count" FROM "Ticket" WHERE "status" = $1::"TicketStatus"`, [
    status,
  ]);
  return row?.count as number;
}
