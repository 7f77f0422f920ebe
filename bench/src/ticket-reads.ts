import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import pg from 'pg';
import { call, createTenant, databaseUrl, signIn } from './clients.js';
import { median, printRow } from './report.js';
import { cpuOfProduct, type System } from './system.js';

const tickets = 10_000;
const people = 200;
const connections = 20;
const seconds = 6;
const rounds = 3;

/** Requests a second of hot reads: the whole product against bare Fastify and pg, in turns, on the same database. */
export async function benchTicketReads(system: System, operator: string): Promise<void> {
  const tenant = await createTenant(system, operator, 'bench-list');
  const database = databaseUrl(system, tenant);
  await seed(database);
  const { headers } = await signIn(system, tenant);
  const baseline = spawn(process.execPath, [fileURLToPath(new URL('baseline.js', import.meta.url)), database, '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(baseline.stdout, 'data')) as [Buffer];
    const origin = line.toString().trim();
    const product = { url: `${system.appApi}/api/v1/tickets`, headers, cpu: () => cpuOfProduct(system) };
    const bare = { url: `${origin}/tickets`, headers: {}, cpu: () => cpuOfBaseline(origin) };
    const [ticket] = await assertSameTickets(product, bare);
    await compare('ticket list, 25 of 10,000', product, bare);
    const one = ({ url, ...target }: Target) => ({ ...target, url: `${url}/${ticket?.id}` });
    await compare('one ticket of 10,000', one(product), one(bare));
  } finally {
    baseline.kill();
  }
}

const cpuOfBaseline = async (origin: string) => Number(await (await fetch(`${origin}/cpu`)).text());

async function compare(what: string, product: Target, bare: Target): Promise<void> {
  await Promise.all([load(product, 2), load(bare, 2)]); // Both compiled, connected and in PostgreSQL's cache.
  const measured: { product: Load[]; bare: Load[] } = { product: [], bare: [] };
  for (let round = 0; round < rounds; round++) {
    measured.bare.push(await load(bare, seconds));
    measured.product.push(await load(product, seconds));
  }
  row(what, 'requests/s', measured, ({ rate }) => rate);
  row(`${what}: CPU of the API`, 'µs', measured, ({ cpu }) => cpu * 1e6);
}

function row(
  what: string,
  unit: string,
  { product, bare }: { readonly product: readonly Load[]; readonly bare: readonly Load[] },
  valueOf: (load: Load) => number,
): void {
  const [ours, theirs] = [product.map(valueOf), bare.map(valueOf)];
  const ratios = ours.map((value, round) => value / (theirs[round] ?? value));
  printRow(
    what,
    `${median(ours).toFixed(0)} ${unit}`,
    `${median(theirs).toFixed(0)} ${unit}`,
    `${(median(ours) / median(theirs)).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
  );
}

/** What a load came to: requests a second, and seconds of CPU for each. */
interface Load {
  readonly rate: number;
  readonly cpu: number;
}

interface Target {
  readonly url: string;
  readonly cpu: () => Promise<number>;
  readonly headers: Record<string, string>;
}

async function load({ url, headers, cpu }: Target, duration: number): Promise<Load> {
  const before = await cpu();
  const result = await autocannon({ url, headers, connections, duration });
  const used = (await cpu()) - before;
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  return { rate: result.requests.average, cpu: used / result.requests.total };
}

/** The tickets. A comparison of two answers that differ would compare nothing. */
async function assertSameTickets(product: Target, bare: Target): Promise<readonly { readonly id: string }[]> {
  const [ours, theirs] = await Promise.all(
    [product, bare].map(
      async ({ url, headers }) => (await call<{ data: readonly { id: string }[] }>(url, { headers })).body.data,
    ),
  );
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) throw new Error('product and baseline answer different tickets');
  return ours ?? [];
}

async function seed(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(
      `INSERT INTO "User" ("email", "emailKey", "name", "role", "status")
       SELECT 'p' || n || '@bench.example', 'p' || n || '@bench.example', 'Person ' || n, (CASE WHEN n % 10 = 0 THEN 'AGENT' ELSE 'CUSTOMER' END)::"UserRole", 'ACTIVE' FROM generate_series(1, $1) n`,
      [people],
    );
    await client.query(
      `WITH p AS (SELECT array_agg("id") FILTER (WHERE "role" = 'AGENT') AS agents, array_agg("id") FILTER (WHERE "role" = 'CUSTOMER') AS customers FROM "User")
       INSERT INTO "Ticket" ("number", "title", "description", "status", "priority", "tags", "authorId", "submittedById", "assignedToId", "createdAt", "updatedAt")
       SELECT n, 'Ticket number ' || n, repeat('What happened, in some words. ', 8), (ARRAY['OPEN','PENDING','ON_HOLD','RESOLVED','CLOSED'])[1 + n % 5]::"TicketStatus",
              (ARRAY['LOW','MEDIUM','HIGH','URGENT'])[1 + n % 4]::"TicketPriority", ARRAY['tag-' || n % 7, 'tag-' || n % 11],
              p.customers[1 + n % cardinality(p.customers)], p.customers[1 + n % cardinality(p.customers)], p.agents[1 + n % cardinality(p.agents)],
              now() - n * interval '1 minute', now() - n * interval '30 seconds'
         FROM p, generate_series(1, $1) n`,
      [tickets],
    );
    await client.query('UPDATE "TicketCounter" SET "lastNumber" = $1', [tickets]);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
