import pg from 'pg';
import type { DemoTenant, DemoUser, Runtime } from '../runtime.js';
import { StartFailed } from '../stop.js';
import { admin, people } from './people.js';
import { seedHelpdesk } from './seed.js';

const slug = 'acme';

interface TenantAnswer {
  readonly status: string;
  readonly databaseName: string;
  readonly appUrl: string;
}

/** The demo tenant, made like any other by the control API, with some weeks of a helpdesk's work in it. Safe to repeat. */
export async function ensureDemo(runtime: Omit<Runtime, 'demo'>, password: string): Promise<DemoTenant> {
  const token = await signIn(runtime);
  const found = await call<TenantAnswer>(runtime, token, 'GET', `/tenants/${slug}`);
  const tenant = found ?? (await create(runtime, token, password));
  if (tenant.status !== 'ACTIVE') throw new StartFailed(`The demo tenant is ${tenant.status}: look at GET ${runtime.controlApi}/api/v1/tenants/${slug}, or start with SEED_DEMO=false.`);
  const url = new URL(runtime.postgres.adminUrl ?? '');
  url.pathname = `/${tenant.databaseName}`;
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    await seedHelpdesk(client, password);
  } finally {
    await client.end();
  }
  const users: DemoUser[] = people.map(({ email, role }) => ({ email, role, password }));
  return { slug, appUrl: tenant.appUrl, users };
}

async function signIn({ controlApi, operator }: Omit<Runtime, 'demo'>): Promise<string> {
  const response = await fetch(`${controlApi}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(operator) });
  if (!response.ok) throw new StartFailed(`The operator ${operator.email} cannot sign in (${response.status}): was another password set? Start with SEED_DEMO=false to go on without the demo.`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

async function create(runtime: Omit<Runtime, 'demo'>, token: string, password: string): Promise<TenantAnswer> {
  const body = { slug, name: 'Acme Outdoor', admin: { email: admin.email, name: admin.name, password } };
  const tenant = await call<TenantAnswer>(runtime, token, 'POST', '/tenants', body);
  if (tenant === undefined) throw new StartFailed('The demo tenant could not be made.');
  return tenant;
}

async function call<T>({ controlApi }: Omit<Runtime, 'demo'>, token: string, method: string, path: string, body?: object): Promise<T | undefined> {
  const response = await fetch(`${controlApi}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, prefer: 'wait=30', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new StartFailed(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
