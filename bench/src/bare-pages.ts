import Fastify, { type FastifyReply } from 'fastify';
import pg from 'pg';
import { list, order, single, type Row } from './ticket-sql.js';

/**
 * The least that could show tickets in a browser: whole pages that a server writes, with pg and no script, no live updates, no person
 * signed in. Run as a process of its own: `node bare-pages.js <database url> <rows of the long list>`; prints its origin.
 */
const [url, rowsOfLongList] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString: url, max: 4, options: '-c timezone=UTC' });
const app = Fastify();

const escaped = (text: unknown) =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const page = (reply: FastifyReply, body: string) =>
  reply.type('text/html; charset=utf-8').send(`<!doctype html><title>Tickets</title><body style="margin:0">${body}`);
const cells = ({ id, number, title, status, authorName, updatedAt }: Row) =>
  `<a href="/tickets/${escaped(id)}">${escaped(title)}</a> ${[number, authorName, status, updatedAt].map(escaped).join(' ')}`;

app.get('/', async (_, reply) => {
  const { rows } = await pool.query<Row>({ name: 'list', text: `${list} ORDER BY t.${order}` });
  const body = rows.map((row) => `<tr role="row"><td>${cells(row)}</td></tr>`).join('');
  return page(reply, `<table role="table">${body}</table>`);
});
app.get('/all', async (_, reply) => {
  const { rows } = await pool.query<Row>(
    `SELECT "id", "number", "title", "status", '' AS "authorName", "updatedAt" FROM "Ticket" t
      ORDER BY t.${order} LIMIT ${Number(rowsOfLongList)}`,
  );
  const body = rows.map((row) => `<div style="height:44px;overflow:hidden">${cells(row)}</div>`).join('');
  return page(
    reply,
    `<div role="table"><div class="overflow-auto" style="height:100vh;overflow:auto">${body}</div></div>`,
  );
});
app.get<{ Params: { id: string } }>('/tickets/:id', async ({ params: { id } }, reply) => {
  const [ticket, comments] = await Promise.all([
    pool.query<Row>({ name: 'single', text: single, values: [id] }),
    pool.query<{ body: string }>('SELECT "body" FROM "Comment" WHERE "ticketId" = $1 ORDER BY "createdAt"', [id]),
  ]);
  const [{ number, title, description } = {} as Row] = ticket.rows;
  const said = comments.rows.map(({ body }) => `<p>${escaped(body)}</p>`).join('');
  return page(
    reply,
    `<h1>#${String(number)} ${escaped(title)}</h1><p>${escaped(description)}</p><div role="log">${said}</div>`,
  );
});
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
