import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Api,
  type Answer,
  type Caller,
  connected,
  startSystem,
  type System,
  type TestTenant,
  urlOf,
} from '@helpdeskly/testing';

// Every route of both documents, with input that is wrong in every way we know: each answer is a problem in its documented
// form (the callers hold it to the document), none is a 500, and nothing in any database has changed afterwards.

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly bodySchema: Readonly<Record<string, unknown>> | undefined;
}

let system: System;
let tenant: TestTenant;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  // What looks at everything by itself writes down that it has looked.
  system = await startSystem({ control: { RECONCILIATION_INTERVAL: '0s', ISOLATION_PROBE_INTERVAL: '0s' } });
  tenant = await system.createTenant();
  const ticket = await tenant.admin.post('/tickets', { title: 'Stays as it is', description: 'x' });
  const comment = await tenant.admin.post(`/tickets/${ticket.body.id}/comments`, { body: 'first' });
  const servers = await system.operator.get('/database-servers');
  const key = await system.operator.post('/api-keys', { name: 'for tests', role: 'VIEWER' });
  ids = {
    tickets: ticket.body.id,
    comments: comment.body.id,
    users: tenant.admin.id,
    tenants: tenant.id,
    'database-servers': servers.body.data[0].id,
    'api-keys': key.body.id,
  };
});
afterAll(() => system.close());

async function operationsOf(api: Api): Promise<Operation[]> {
  const { body: document } = await api.as().get('/docs/openapi.json');
  return Object.entries(document.paths as Record<string, Record<string, any>>)
    .filter(([path]) => path.startsWith('/api/v1'))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => {
        const reference: string | undefined = operation.requestBody?.content?.['application/json']?.schema?.$ref;
        const schema =
          reference === undefined ? undefined : document.components.schemas[reference.split('/').at(-1) ?? ''];
        return {
          method: method.toUpperCase(),
          path,
          parameters: operation.parameters ?? [],
          bodySchema: schema?.properties,
        };
      }),
    );
}

/** The path with ids of things that are there. */
function filled(path: string): string {
  return path.replace(
    /(?<![^/])([^/]+)\/\{[^{}/]+\}/g,
    (_, folder: string) => `${folder}/${ids[folder] ?? '01a1fac5-30c5-7dac-ac30-a758dbba7229'}`,
  );
}

/** All rows of all tables, but what reading and refusing may touch: sessions and keys' last use; the audit trail lies elsewhere. */
async function everything(): Promise<string> {
  const of = (database: string) =>
    connected(urlOf(database), async (client) => {
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
      );
      const sessions = ['OperatorSession', 'OperatorRefreshToken', 'Session', 'RefreshToken', 'ApiKey'];
      const skipped = new Set([...sessions, 'TenantDay', 'UsageReporter', 'Incident']); // Refused requests count; incidents come and go.
      const sums: string[] = [];
      for (const { name } of tables) {
        if (skipped.has(name)) continue;
        const { rows } = await client.query<{ sum: string }>(
          `SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS sum FROM "${name}" t`,
        );
        sums.push(`${name} ${rows[0]?.sum}`);
      }
      return sums.join('\n');
    });
  return `${await of(system.installation.database)}\n${await of(tenant.databaseName)}`;
}

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const wrongValues = [
  true,
  12.5,
  -1,
  1e300,
  '',
  ' ',
  '\u0000',
  'a\ud800b',
  'x'.repeat(70_000),
  [],
  [null],
  {},
  { a: 1 },
  [[['x']]],
];

/** What the document allows: an empty list where it asks for no entry, and `true` where it asks for a boolean. */
function isGood(value: unknown, schema: unknown): boolean {
  const { type, minItems } = (schema ?? {}) as { type?: string; minItems?: number };
  if (Array.isArray(value)) return value.length === 0 && type === 'array' && minItems === undefined;
  return value === true && type === 'boolean';
}

function bodiesFor(fields: Readonly<Record<string, unknown>> | undefined): (string | Uint8Array)[] {
  const json = (value: unknown) => JSON.stringify(value);
  const names = Object.keys(fields ?? {});
  return [
    '{',
    '{"a":}',
    'null',
    '[]',
    '"text"',
    '12',
    'NaN',
    '{"a":1}{"b":2}',
    new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    '{"__proto__":{"role":"ADMIN"}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"nobody knows":1}',
    '{"a\\u0000b":1}',
    '{"a\\ud800":1}',
    `{"deep":${nested(32)}}`,
    nested(33),
    nested(50_000),
    ...names.flatMap((name) =>
      wrongValues.filter((value) => !isGood(value, fields?.[name])).map((value) => json({ [name]: value })),
    ),
    ...names.map((name) => `{"${name}":{"__proto__":1}}`),
    ...names.map((name) => json({ [name]: { $gt: '' }, [`${name}x`]: 1 })),
  ];
}

const refused = ({ status }: Answer) => status >= 400 && status < 500;

async function tryAll(api: Api, caller: Caller): Promise<string[]> {
  const complaints: string[] = [];
  const expectRefusal = async (what: string, sent: Promise<Answer>) => {
    const answer = await sent;
    if (!refused(answer)) complaints.push(`${what}: ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 200)}`);
  };
  for (const { method, path, parameters, bodySchema } of await operationsOf(api)) {
    const url = filled(path);
    const show = (what: unknown) => `${method} ${path} with ${String(what).slice(0, 80)}`;
    if (path.endsWith('/auth/logout')) continue; // It would end the session that the others need; it takes no input.
    for (const query of [
      'nobody=1',
      'nobody=1&nobody=2',
      'limit=1&limit=2',
      '__proto__=1',
      'constructor=x',
      'limit=%00',
      'a%ff=1',
    ]) {
      await expectRefusal(
        show(query),
        caller.send(method, `${url}?${query}`, method === 'GET' || method === 'DELETE' ? undefined : {}),
      );
    }
    for (const { name, in: place } of parameters) {
      if (place !== 'query') continue;
      for (const value of [
        '%00',
        '%ED%A0%80%00',
        '-1',
        '101',
        '1e3',
        'x'.repeat(5000),
        '',
        ',',
        'OPEN,NOPE',
        '99999-01-01',
        '0000-00-00T00:00:00Z',
        '[]',
        '%7B%7D',
      ]) {
        const answer = await caller.send(method, `${url}?${name}=${value}`);
        if (answer.status >= 500) complaints.push(`${show(`${name}=${value}`)}: ${answer.status}`);
      }
    }
    for (const id of [
      '%00',
      'x',
      '0',
      '-1',
      '99999999999999999999',
      '1.5',
      'null',
      "'",
      '%F0%9F%98%80',
      'a'.repeat(90),
      '%2e%2e%2f',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ]) {
      if (!path.includes('{')) break;
      await expectRefusal(
        show(`id ${id}`),
        caller.send(method, path.replace(/\{[^{}]+\}/g, id), method === 'GET' || method === 'DELETE' ? undefined : {}),
      );
    }
    if (method !== 'POST' && method !== 'PATCH') continue;
    for (const body of bodiesFor(bodySchema)) {
      if (method === 'PATCH' && /^\{"(tags|addTags|removeTags|limits)":(\[\]|\{\})\}$/.test(String(body))) continue; // Nothing to change: not wrong.
      await expectRefusal(show(body), caller.send(method, url, body));
    }
    for (const contentType of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonx',
      '*/*',
    ]) {
      await expectRefusal(
        show(contentType),
        caller.send(method, url, '{}', { headers: { 'content-type': contentType } }),
      );
    }
    for (const [name, value] of [
      ['idempotency-key', 'x'.repeat(256)],
      ['idempotency-key', 'é'],
      ['if-match', 'not a tag'],
    ] as const) {
      await expectRefusal(show(name), caller.send(method, url, '{"nobody knows":1}', { headers: { [name]: value } }));
    }
  }
  return complaints;
}

describe('bad input', () => {
  it('is refused on every route of the app API, and changes nothing', async () => {
    const before = await everything();
    expect(await tryAll(system.app, tenant.admin)).toEqual([]);
    expect(await everything()).toBe(before);
  });

  it('is refused on every route of the control API, and changes nothing', async () => {
    const before = await everything();
    expect(await tryAll(system.control, system.operator)).toEqual([]);
    expect(await everything()).toBe(before);
  });

  it.each(['app', 'control'] as const)(
    'with many unknown keys is answered shortly and says how many, by the %s API, to whoever asks',
    async (name) => {
      const visitor = name === 'app' ? tenant.visitor : system.control.as();
      const keys = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`unknown${n}`, n]));
      for (const [body, path, count] of [
        [keys, '/auth/login', 502],
        [{ email: keys, password: keys }, '/auth/login', 2],
        [keys, '/auth/refresh', 500],
        [{ [`k${'x'.repeat(10_000)}`]: 1 }, '/auth/refresh', 1],
      ] as const) {
        const answer = await visitor.post(path, body);
        expect([answer.status, answer.body.errorCount]).toEqual([400, count]);
        expect(answer.body.errors.length).toBe(Math.min(count, 20));
        expect(JSON.stringify(answer.body).length).toBeLessThan(4000);
      }
      const parameters = Array.from({ length: 100 }, (_, n) => `p${n}=1`).join('&');
      const list = await (name === 'app' ? tenant.admin : system.operator).get(
        `${name === 'app' ? '/tickets' : '/tenants'}?${parameters}`,
      );
      expect([list.status, list.body.errors.length, list.body.errorCount]).toEqual([400, 20, 100]);
    },
  );

  it.each(['app', 'control'] as const)('of 2 MiB is answered 413 by the %s API', async (name) => {
    const caller = name === 'app' ? tenant.admin : system.operator;
    const path = name === 'app' ? '/tickets' : '/tenants';
    const answer = await caller.post(path, JSON.stringify({ title: 'x'.repeat(2 * 1024 * 1024) }));
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
  });

  it.each(['app', 'control'] as const)(
    'without a token is answered 401 before it is read, by the %s API',
    async (name) => {
      const caller = name === 'app' ? tenant.visitor : system.control.as();
      const path = name === 'app' ? '/tickets' : '/tenants';
      for (const body of ['{', nested(50_000), 'x'.repeat(2 * 1024 * 1024)]) {
        const answer = await caller.post(path, body);
        expect([answer.status, answer.body.code]).toEqual([401, 'token_invalid']);
      }
    },
  );
});
