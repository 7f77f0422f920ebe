import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { call, createTenant, databaseUrl, signIn, type TenantAnswer } from './clients.js';
import { median, printRow } from './report.js';
import { cpuOfProduct, type System } from './system.js';
import { type Row, single, toTicket } from './ticket-sql.js';

const tenants = 200;
/** A tenth of the tenants: in rotation no visit finds a connection open. */
export const connectionsOfManyTenants = tenants / 10;
/** Far fewer than the connections, so that nobody waits for one that is in use. */
const clients = 4;
const seconds = 6;
const rounds = 3;

interface Helpdesk {
  readonly ticketId: string;
  readonly headers: Record<string, string>;
  readonly database: string;
}

/** What a load came to: visits a second, and seconds of the app API's CPU for each. */
interface Load {
  readonly rate: number;
  readonly cpu: number;
}

/**
 * Each visit reads one ticket of one tenant: in rotation, where a tenant has been away the longest when its turn comes, and as Zipf's law
 * has visits (s = 1). The bare way connects, reads and leaves; for Zipf it reads by an open connection as often as an ideal cache of as
 * many connections would have one.
 */
export async function benchManyTenants(system: System, operator: string): Promise<void> {
  const helpdesks: Helpdesk[] = [];
  for (let number = 0; number < tenants; number++)
    helpdesks.push(await openHelpdesk(system, await createTenant(system, operator, `bench-many-${number}`)));
  const [next, likely] = [inRotation(helpdesks), byZipf(helpdesks)];
  const first = next();
  const pool = new pg.Pool({ connectionString: first.database, max: clients });
  const ways = [
    () => readTicket(system, next()),
    () => readTicket(system, likely()),
    () => readCold(next()),
    () => readBy(pool, first),
  ];
  const loads = ways.map((): Load[] => []);
  try {
    for (const way of ways) await load(system, way, 2); // Compiled, and the databases in PostgreSQL's cache.
    for (let round = 0; round < rounds; round++)
      for (const [place, way] of ways.entries()) loads[place]?.push(await load(system, way, seconds));
  } finally {
    await pool.end();
  }
  const [rotation = NaN, zipf = NaN, cold = NaN, warm = NaN] = loads.map((each) =>
    median(each.map(({ rate }) => rate)),
  );
  const hits = harmonic(connectionsOfManyTenants) / harmonic(tenants);
  const name = `${tenants} tenants by ${connectionsOfManyTenants} connections`;
  row(`${name}, rotation`, rotation, cold);
  row(`${name}, Zipf`, zipf, 1 / (hits / warm + (1 - hits) / cold));
  const cpu = median((loads[0] ?? []).map((each) => each.cpu));
  printRow(`${name}, rotation: CPU of the API`, `${(cpu * 1e6).toFixed(0)} µs`, '', '');
}

function row(name: string, ours: number, bare: number): void {
  printRow(name, `${ours.toFixed(0)} visits/s`, `${bare.toFixed(0)} visits/s`, (ours / bare).toFixed(2));
}

async function openHelpdesk(system: System, tenant: TenantAnswer): Promise<Helpdesk> {
  const { headers } = await signIn(system, tenant);
  const { body } = await call<{ id: string }>(`${system.appApi}/api/v1/tickets`, {
    method: 'POST',
    headers,
    body: { title: 'The printer is on fire', description: 'It smells, too.' },
  });
  return { ticketId: body.id, headers, database: databaseUrl(system, tenant) };
}

function inRotation<T>(all: readonly T[]): () => T {
  let turn = 0;
  return () => all[turn++ % all.length] as T;
}

/** The tenant of rank k is visited 1/k as often as the first. */
function byZipf<T>(all: readonly T[]): () => T {
  const shares = all.map((_, at) => harmonic(at + 1) / harmonic(all.length));
  return () => {
    const place = Math.random();
    return all[shares.findIndex((share) => share > place)] as T;
  };
}

function harmonic(count: number): number {
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) sum += 1 / rank;
  return sum;
}

/** All clients visit together, each one visit after the other. */
async function load(system: System, visit: () => Promise<unknown>, duration: number): Promise<Load> {
  let visits = 0;
  let over = false;
  const client = async () => {
    for (; !over; visits++) await visit();
  };
  const before = await cpuOfProduct(system);
  const since = performance.now();
  const all = Promise.all(Array.from({ length: clients }, client));
  await Promise.race([sleep(duration * 1000), all]); // Rejects with the first visit that fails.
  over = true;
  await all;
  const took = (performance.now() - since) / 1000;
  return { rate: visits / took, cpu: ((await cpuOfProduct(system)) - before) / visits };
}

async function readTicket({ appApi }: System, { ticketId, headers }: Helpdesk): Promise<void> {
  await call(`${appApi}/api/v1/tickets/${ticketId}`, { headers });
}

async function readCold(helpdesk: Helpdesk): Promise<void> {
  const client = new pg.Client({ connectionString: helpdesk.database });
  await client.connect();
  try {
    await readBy(client, helpdesk);
  } finally {
    await client.end();
  }
}

async function readBy(db: pg.Client | pg.Pool, { ticketId }: Helpdesk): Promise<void> {
  const { rows } = await db.query<Row>({ name: 'single', text: single, values: [ticketId] });
  if (rows[0] === undefined) throw new Error('the ticket is not there');
  JSON.stringify(toTicket(rows[0]));
}
