import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, Installation, until, type Caller } from '@helpdeskly/testing';
import { createControlWorker } from 'control-api';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let second: Awaited<ReturnType<typeof createControlWorker>>;

beforeAll(async () => {
  installation = await Installation.create();
  const config = installation.controlConfig({
    RATE_LIMIT_USER_PER_MINUTE: '0',
    TENANT_QUERY_TIMEOUT_MS: '200',
    TENANT_DELETE_GRACE: '1h',
  });
  api = await RunningControlApi.start(config);
  second = await createControlWorker(config);
  owner = await api.asOwner();
});

afterAll(async () => {
  await second.close();
  await api.stop();
  await installation.remove();
});

const orders = ['suspend', 'deactivate', 'activate', 'restore', 'credentials/rotate', 'delete', 'limits'] as const;
const forMs = 12_000;

async function order(id: string, what: (typeof orders)[number]): Promise<number> {
  if (what === 'delete') return (await owner.delete(`/tenants/${id}`)).status;
  if (what === 'limits') {
    const maxConnections = 5 + Math.floor(Math.random() * 20);
    return (await owner.patch(`/tenants/${id}`, { limits: { maxConnections } })).status;
  }
  return (await owner.post(`/tenants/${id}/${what}`, what === 'suspend' ? {} : undefined)).status;
}

interface Row {
  readonly status: string;
  readonly accessOpen: boolean;
  readonly roleName: string;
  readonly nextRoleName: string | null;
  readonly formerRoleName: string | null;
  readonly maxConnections: number;
}

describe('contradictory orders from several clients, with two workers', () => {
  it('end in a legal status that the audit trail explains, and PostgreSQL agrees', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 4 },
        async () => (await owner.post('/tenants', tenantInput(newSlug()), wait)).body.id as string,
      ),
    );
    const statuses = new Set<number>();
    const end = Date.now() + forMs;
    const client = async () => {
      while (Date.now() < end) {
        const id = ids[Math.floor(Math.random() * ids.length)] ?? '';
        const what = orders[Math.floor(Math.random() * orders.length)] ?? 'activate';
        statuses.add(await order(id, what));
      }
    };
    await Promise.all(Array.from({ length: 6 }, client));
    for (const status of statuses) expect([200, 202, 409]).toContain(status);
    for (const id of ids) {
      await until(() => settled(id));
      await agrees(id);
    }
  });
});

async function rowOf(id: string): Promise<Row> {
  const [row] = await installation.query<Row & Record<string, unknown>>('SELECT * FROM "Tenant" WHERE "id" = $1', [id]);
  if (row === undefined) throw new Error('the tenant has gone');
  return row;
}

/** Nothing is left to be done. */
async function settled(id: string): Promise<boolean> {
  const { status, accessOpen, nextRoleName, formerRoleName } = await rowOf(id);
  return nextRoleName === null && formerRoleName === null && accessOpen === (status === 'ACTIVE');
}

async function agrees(id: string): Promise<void> {
  const { status, roleName, maxConnections } = await rowOf(id);
  const { rows } = await asAdmin((admin) =>
    admin.query('SELECT rolname, rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname LIKE $1', [
      `t\\_${id.replaceAll('-', '')}\\_%`,
    ]),
  );
  expect(rows).toEqual([{ rolname: roleName, rolcanlogin: status === 'ACTIVE', rolconnlimit: maxConnections }]);
  // Each move begins where the one before it ended.
  const moves = await installation.query<{ from: string; to: string }>(
    `SELECT "details"->>'from' AS "from", "details"->>'to' AS "to" FROM "audit"."AuditEvent"
      WHERE "tenantId" = $1 AND "details" ? 'to' AND "action" <> 'tenant.updated' ORDER BY "seq"`,
    [id],
  );
  let at = 'ACTIVE';
  for (const { from, to } of moves) {
    expect(from).toBe(at);
    at = to;
  }
  expect(at).toBe(status);
}
