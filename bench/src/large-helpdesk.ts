import type pg from 'pg';

/** So many tickets are a large helpdesk. */
export const largeHelpdesk = 100_000;
const commentsEach = 3;
const people = 5000;
const vocabulary = 20_000;
/** The commonest words, in this order; the others are made up. A text's words are as frequent as their rank says (Zipf). */
const commonest =
  'printer error please account network login screen invoice order update monitor driver toner paper server backup laptop password email phone cable office floor install license report browser meeting calendar delivery refund payment customer contract storage router firewall keyboard mouse headset'.split(
    ' ',
  );

/** The word of a rank from 1 on. */
export const wordOf = (rank: number): string => commonest[rank - 1] ?? `w${(rank * 7919).toString(16)}`;

/** A rank, more often a small one. `random` is of 0 to 1. */
export const rankOf = (random: number): number => Math.floor(vocabulary ** random);

/** Fills a tenant's database with a helpdesk's tickets and comments, one in three comments internal. Always the same. */
export async function seedLargeHelpdesk(client: pg.Client, tickets = largeHelpdesk): Promise<void> {
  await client.query('SELECT setseed(0.42)');
  await client.query(
    `CREATE FUNCTION pg_temp.words(n int, salt bigint) RETURNS text LANGUAGE sql VOLATILE AS $$
       SELECT string_agg(coalesce((ARRAY['${commonest.join("','")}'])[rank], 'w' || to_hex(rank * 7919)), ' ')
         FROM (SELECT floor(${vocabulary} ^ random())::int AS rank FROM generate_series(1, n + (salt * 0)::int)) ranks $$`,
  );
  await client.query(
    `INSERT INTO "User" ("email", "emailKey", "name", "role", "status")
     SELECT 'p' || n || '@bench.example', 'p' || n || '@bench.example', 'Person ' || n, (CASE WHEN n % 100 = 0 THEN 'AGENT' ELSE 'CUSTOMER' END)::"UserRole", 'ACTIVE' FROM generate_series(1, $1) n`,
    [people],
  );
  await client.query(
    `WITH p AS (SELECT array_agg("id") FILTER (WHERE "role" = 'AGENT') AS agents, array_agg("id") FILTER (WHERE "role" = 'CUSTOMER') AS customers FROM "User")
     INSERT INTO "Ticket" ("number", "title", "description", "status", "priority", "tags", "authorId", "submittedById", "assignedToId", "createdAt", "updatedAt", "commentCount", "publicCommentCount")
     SELECT n, pg_temp.words(6, n), pg_temp.words(40, n), (ARRAY['OPEN','PENDING','ON_HOLD','RESOLVED','CLOSED'])[1 + n % 5]::"TicketStatus",
            (ARRAY['LOW','MEDIUM','HIGH','URGENT'])[1 + n % 4]::"TicketPriority", ARRAY['tag-' || n % 7, 'tag-' || n % 997],
            p.customers[1 + n % cardinality(p.customers)], p.customers[1 + n % cardinality(p.customers)], p.agents[1 + n % cardinality(p.agents)],
            now() - ($1 - n) * interval '5 minutes', now() - ($1 - n) * interval '5 minutes' + (n * 7919 % 10000) * interval '1 second', $2, $2 - 1
       FROM p, generate_series(1, $1::int) n`,
    [tickets, commentsEach],
  );
  await client.query(
    `WITH a AS (SELECT array_agg("id") AS agents FROM "User" WHERE "role" = 'AGENT')
     INSERT INTO "Comment" ("ticketId", "authorId", "body", "visibility", "createdAt")
     SELECT t."id", a.agents[1 + n % cardinality(a.agents)], pg_temp.words(30, n), (CASE n WHEN 2 THEN 'INTERNAL' ELSE 'PUBLIC' END)::"CommentVisibility", t."updatedAt"
       FROM "Ticket" t, a, generate_series(1, $1) n ORDER BY t."number", n`,
    [commentsEach],
  );
  await client.query('UPDATE "TicketCounter" SET "lastNumber" = $1', [tickets]);
  await client.query('VACUUM ANALYZE');
}
