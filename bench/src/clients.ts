import pg from 'pg';
import type { System } from './system.js';

/** JSON over HTTP with a bearer token; throws on any status that is not 2xx. */
export async function call<T>(
  url: string,
  init: { method?: string; token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: T }> {
  const response = await fetch(url, {
    method: init.method ?? 'GET',
    headers: {
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.token === undefined ? {} : { authorization: `Bearer ${init.token}` }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${text}`);
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

export async function operatorToken(system: System): Promise<string> {
  const { body } = await call<{ accessToken: string }>(`${system.controlApi}/api/v1/auth/login`, {
    method: 'POST',
    body: system.operator,
  });
  return body.accessToken;
}

export interface TenantAnswer {
  readonly id: string;
  readonly slug: string;
  readonly status: string;
  readonly databaseName: string;
}

/** Where a tenant's database is, for PostgreSQL's superuser. */
export function databaseUrl(system: System, { databaseName }: TenantAnswer): string {
  const url = new URL(system.postgres.adminUrl);
  url.pathname = `/${databaseName}`;
  return url.href;
}

/** The headers of requests by a tenant's admin, and the admin's id. */
export async function signIn(
  system: System,
  { slug }: TenantAnswer,
): Promise<{ id: string; headers: Record<string, string> }> {
  const headers = { 'x-tenant-slug': slug };
  const { email, password } = admin;
  const { body } = await call<{ accessToken: string; user: { id: string } }>(`${system.appApi}/api/v1/auth/login`, {
    method: 'POST',
    headers,
    body: { email, password },
  });
  return { id: body.user.id, headers: { ...headers, authorization: `Bearer ${body.accessToken}` } };
}

const admin = { email: 'admin@bench.example', name: 'Bench Admin', password: 'correct horse battery' } as const;

/** `POST /tenants` with `Prefer: wait`: resolves when the tenant is ACTIVE. */
export async function createTenant(system: System, token: string, slug: string): Promise<TenantAnswer> {
  const { status, body } = await call<TenantAnswer>(`${system.controlApi}/api/v1/tenants`, {
    method: 'POST',
    token,
    headers: { prefer: 'wait=30' },
    body: { slug, name: `Bench ${slug}`, admin, limits: { maxConnections: 50, requestsPerMinute: 0 } },
  });
  if (status !== 201) throw new Error(`${slug} is ${body.status} after 30 s`);
  return body;
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
