import Fastify from 'fastify';
import pg from 'pg';
import { limit, list, order, type Row, single, toTicket } from './ticket-sql.js';

/**
 * The least that could answer tickets: Fastify and pg, a prepared statement for each route, its rows made into the same answers and
 * serialized, no tenant, no token, no limits, no log. Run as a process of its own: `node baseline.js <database url> <connections>`;
 * prints its port.
 */
const [url, connections] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString: url, max: Number(connections), options: '-c timezone=UTC' });
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
