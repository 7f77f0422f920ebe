import { listTickets, toTicket, type TicketRow } from 'app-api/ticket-list';
import Fastify from 'fastify';
import pg from 'pg';

/**
 * The least that could answer a ticket list: Fastify and pg, one route, the product's own statement and rows, a named
 * (prepared) statement as in the product, no tenant, no token, no limits, no log. Run as a process of its own:
 * `node baseline.js <database url> <connections> <viewer id>`; prints its port.
 */
const [url, connections, viewerId] = process.argv.slice(2) as [string, string, string];
const pool = new pg.Pool({ connectionString: url, max: Number(connections), options: '-c timezone=UTC' });
const viewer = { id: viewerId, role: 'ADMIN' };
const limit = 25;

const { text, values } = listTickets(
  { deleted: false },
  { order: [{ by: 'updatedAt', descending: true }], rows: limit + 1 },
  viewer,
);
const app = Fastify();
app.get('/tickets', async () => {
  const { rows } = await pool.query<TicketRow>({ name: 'list', text, values: values });
  const data = rows.slice(0, limit).map(toTicket);
  return { data, meta: { limit, hasMore: rows.length > limit, nextCursor: null } };
});
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
