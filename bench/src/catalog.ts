import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTenant, operatorToken } from './clients.js';
import { copyCatalogRows } from './fleet.js';
import { milliseconds, percentile, printRow, timed } from './report.js';
import { startSystem, type System } from './system.js';

const times = 20;
/** What an operator may have to wait for a page; how often the median goes into it is the ratio. */
const mostMs = 300;

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
}

/** Every GET of the control API that lists or shows something, one after the other, with `count` tenants in the catalog. */
export async function benchCatalog(count: number): Promise<void> {
  // The copies' databases are not there: nobody looks after them meanwhile.
  const off = ['RECONCILIATION_INTERVAL', 'ISOLATION_PROBE_INTERVAL', 'SESSION_WATCH_INTERVAL'];
  const system = await startSystem({
    TENANT_WARM_DATABASES: '0',
    ...Object.fromEntries(off.map((name) => [name, '0s'])),
  });
  try {
    const tenant = await createTenant(system, await operatorToken(system), 'bench-catalog');
    await copyCatalogRows(system, tenant, count - 1);
    await measure(system, pathsFor(tenant.id), tenant.id);
  } finally {
    await system.stop();
  }
}

async function measure(system: System, paths: readonly string[], tenantId: string): Promise<void> {
  const token = await operatorToken(system);
  for (const path of paths) {
    const url = `${system.controlApi}${path}`;
    const taken: number[] = [];
    await answer(url, token); // The first one plans its statements.
    for (let n = 0; n < times; n++) taken.push(await timed(() => answer(url, token)));
    const [middle, most] = [percentile(taken, 50), percentile(taken, 95)];
    const name = `GET ${path.replace('/api/v1', '').replace(tenantId, ':id')}`;
    printRow(name, `p50 ${milliseconds(middle)}`, `p95 ${milliseconds(most)}`, (mostMs / middle).toFixed(1));
  }
}

/** Reads a whole answer, which may be CSV. */
async function answer(url: string, token: string): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
}

/** Of the routes that name a tenant, its own; those that need another id are left out, as are streams. */
function pathsFor(tenantId: string): readonly string[] {
  const file = fileURLToPath(new URL('../../docs/openapi/control-api.json', import.meta.url));
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as ApiDocument;
  const answering = Object.entries(paths).filter(
    ([, { get }]) => get !== undefined && get.responses['200']?.content?.['text/event-stream'] === undefined,
  );
  const named = answering
    .map(([path]) => path.replace('/tenants/{id}', `/tenants/${tenantId}`))
    .filter((path) => path.startsWith('/api/v1/') && !path.includes('{'));
  const lists = [
    '/api/v1/tenants?limit=100&include=total&sort=name',
    '/api/v1/tenants?q=catalog-99&include=total',
    '/api/v1/tenants?status=ACTIVE&limit=100',
  ];
  return [...named, ...lists].toSorted();
}
