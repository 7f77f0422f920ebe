import Fastify from 'fastify';
import pg from 'pg';

/**
 * The least that could answer tickets: Fastify and pg, a prepared statement for each route, its rows made into the same answers and
 * serialized, no tenant, no token, no limits, no log. Run as a process of its own: `node baseline.js <database url> <connections>`;
 * prints its port.
 */
const [url, connections] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString: url, max: Number(connections), options: '-c timezone=UTC' });
const limit = 25;

const time = (column: string) =>
  `to_char(t."${column}" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "${column}"`;
const person = (alias: string, id: string) => `
  LEFT JOIN LATERAL (SELECT u."name", u."email", u."role"::text AS "role" FROM "User" u WHERE u."id" = t."${id}" LIMIT 1) ${alias} ON true`;
const select = (rows: string) => `
  SELECT t."id"::text AS "id", t."number", t."title", t."description", t."status"::text AS "status", t."priority"::text AS "priority",
         t."tags", t."internal", t."authorId"::text AS "authorId", t."submittedById"::text AS "submittedById",
         t."assignedToId"::text AS "assignedToId", t."groupId"::text AS "groupId", t."organizationId"::text AS "organizationId",
         t."commentCount", t."version", ${time('firstRespondedAt')}, ${time('resolvedAt')}, ${time('closedAt')}, t."reopenCount",
         t."followUpOfId"::text AS "followUpOfId", t."mergedIntoId"::text AS "mergedIntoId", ${time('createdAt')}, ${time('updatedAt')},
         a."name" AS "authorName", a."email" AS "authorEmail", a."role" AS "authorRole",
         s."name" AS "assigneeName", s."email" AS "assigneeEmail", s."role" AS "assigneeRole"
    FROM (${rows}) t ${person('a', 'authorId')} ${person('s', 'assignedToId')}`;

interface Row extends Record<string, unknown> {
  readonly assignedToId: string | null;
}

function toTicket({ authorName, authorEmail, authorRole, assigneeName, assigneeEmail, assigneeRole, ...ticket }: Row) {
  const { authorId, assignedToId } = ticket;
  return {
    ...ticket,
    author: { id: authorId, name: authorName, email: authorEmail, role: authorRole },
    assignedTo:
      assignedToId === null ? null : { id: assignedToId, name: assigneeName, email: assigneeEmail, role: assigneeRole },
  };
}

const order = '"updatedAt" DESC, t."id" DESC';
const list = select(`
  SELECT t.* FROM "Ticket" t WHERE t."deletedAt" IS NULL AND t."mergedIntoId" IS NULL ORDER BY t.${order} LIMIT ${limit + 1}`);
const single = select('SELECT t.* FROM "Ticket" t WHERE t."id" = $1::uuid AND t."deletedAt" IS NULL');

const app = Fastify();
app.get('/tickets', async () => {
  const { rows } = await pool.query<Row>({ name: 'list', text: `${list} ORDER BY t.${order}` });
  const data = rows.slice(0, limit).map(toTicket);
  return { data, meta: { limit, hasMore: rows.length > limit, nextCursor: null } };
});
app.get<{ Params: { id: string } }>('/tickets/:id', async ({ params: { id } }, reply) => {
  const { rows } = await pool.query<Row>({ name: 'single', text: single, values: [id] });
  return rows[0] === undefined ? reply.code(404).send() : toTicket(rows[0]);
});
app.get('/cpu', () => {
  const { user, system } = process.cpuUsage();
  return String((user + system) / 1e6);
});
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
