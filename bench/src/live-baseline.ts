import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import pg from 'pg';

/**
 * The least that could tell of a write in another process: a comment's INSERT and its NOTIFY in one statement, and Server-Sent Events
 * by hand. No tenant, token, role or cursor, and what is lost is lost. Helpdesks are numbers: `POST /7` writes in one, `GET /7`
 * is a stream of it. `node live-baseline.js <database url>`; prints its origin.
 */
const [url] = process.argv.slice(2) as [string];
const pool = new pg.Pool({ connectionString: url, max: 5 });
const streams = new Map<string, Set<ServerResponse>>();

const ears = new pg.Client(url);
await ears.connect();
ears.on('notification', ({ payload = '' }) => {
  const { helpdesk, id } = JSON.parse(payload) as { helpdesk: string; id: string };
  const block = `id: ${id}\nevent: comment.created\ndata: ${payload}\n\n`;
  for (const response of streams.get(helpdesk) ?? []) response.write(block);
});
await ears.query('LISTEN bench_live');

async function write(helpdesk: string, body: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'write',
    text: `WITH written AS (INSERT INTO bench_live ("helpdesk", "body") VALUES ($1, $2) RETURNING "id", "helpdesk", clock_timestamp() AS "at")
           SELECT "id", pg_notify('bench_live', row_to_json(written)::text) FROM written`,
    values: [helpdesk, (JSON.parse(body) as { body: string }).body],
  });
  return String(rows[0]?.id);
}

function open(helpdesk: string, response: ServerResponse): void {
  const all = streams.get(helpdesk) ?? new Set();
  streams.set(helpdesk, all.add(response));
  response.on('close', () => all.delete(response));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('id: 0\n\n');
}

const server = createServer((request, response) => {
  const place = (request.url ?? '/').slice(1);
  if (request.method === 'GET') return open(place, response);
  text(request)
    .then((body) => write(place, body))
    .then((id) => response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id })))
    .catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
