import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Exposition,
  isObservedPooled,
  jobs,
  makeTraffic,
  type ObservedSystem,
  parseExposition,
  seriesOf,
  startObservedSystem,
  type TestTenant,
} from '@helpdeskly/testing';

/** What prom-client shows of Node.js itself; some series come and go with timers and garbage collections. */
const ofNode = /^helpdeskly_(?:process|nodejs)_/;

describe('metrics', () => {
  let system: ObservedSystem;
  const tenants: TestTenant[] = [];
  let few: Exposition[];
  let many: Exposition[];

  const readAll = () => Promise.all(jobs.map((job) => system.scrape(job)));
  const addTenants = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const tenant = await system.createTenant();
      tenants.push(tenant);
      await makeTraffic(system, tenant);
    }
  };

  beforeAll(async () => {
    system = await startObservedSystem();
    await addTenants(2);
    few = await readAll();
    await addTenants(4);
    const shown = () => sumOf(many[0], 'helpdeskly_tenants');
    do many = await readAll();
    while (shown() < tenants.length); // What was counted of tenants is shown again for some seconds.
  });
  afterAll(async () => {
    await system.close();
  });

  it('have a help text each, and a type', () => {
    for (const { families } of many)
      for (const [name, { help, type }] of families) expect([name, help, type]).toEqual([name, /./, /./].map(matching));
  });

  it('are named as Prometheus wants names', () => {
    for (const { families } of many)
      for (const [name, { type }] of families) {
        expect(name).toMatch(/^helpdeskly_[a-z0-9_]+$/);
        if (!ofNode.test(name)) expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
        if (type === 'histogram') expect(name).toMatch(/_(?:seconds|bytes)$/);
      }
  });

  it("leave Prometheus' own labels to Prometheus", () => {
    const labels = new Set(many.flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample.labels))));
    expect([...labels].filter((label) => ['job', 'instance', 'le'].includes(label))).toEqual(['le']);
  });

  it('name no tenant, database or role in any label', () => {
    const secrets = tenants.flatMap(({ id, slug, databaseName, roleName }) => [id, slug, databaseName, roleName]);
    const labels = many.flatMap(({ samples }) => samples.flatMap((sample) => Object.values(sample.labels)));
    expect(labels.length).toBeGreaterThan(100);
    expect(labels.filter((label) => secrets.some((secret) => label.includes(secret)))).toEqual([]);
  });

  it('are no more series with six tenants than with two', () => {
    const series = (expositions: readonly Exposition[]) =>
      expositions.map(({ samples }) =>
        samples
          .filter(({ name }) => !ofNode.test(name))
          .map(seriesOf)
          .sort(),
      );
    expect(series(many)).toEqual(series(few));
  });

  it('count what happened', () => {
    const [control, app] = many;
    expect(sumOf(app, 'helpdeskly_http_problems_total', { code: 'invalid_credentials' })).toBe(6);
    expect(sumOf(app, 'helpdeskly_http_problems_total', { code: 'idempotency_key_reused' })).toBe(6);
    expect(sumOf(app, 'helpdeskly_http_idempotent_requests_total', { result: 'replayed' })).toBe(6);
    expect(sumOf(app, 'helpdeskly_http_idempotent_requests_total', { result: 'first' })).toBe(6);
    expect(sumOf(app, 'helpdeskly_http_request_duration_seconds_count', { route: '(none)' })).toBe(6);
    expect(sumOf(app, 'helpdeskly_tenant_clients')).toBe(6);
    const isShared = system.installation.servers !== undefined;
    expect(sumOf(control, 'helpdeskly_rate_limit_shared')).toBe(isShared ? 1 : 0);
    expect(sumOf(control, 'helpdeskly_rate_limit_windows')).toBe(isShared ? 0 : 1);
    expect(sumOf(app, 'helpdeskly_http_requests_in_flight')).toBe(0);
    expect(sumOf(app, 'helpdeskly_health_check_up', { check: 'catalog' })).toBe(1);
    expect(sumOf(app, 'helpdeskly_session_state_lookups_total', { result: 'miss' })).toBeGreaterThan(0);
    expect(sumOf(app, 'helpdeskly_access_token_lookups_total', { result: 'hit' })).toBeGreaterThan(0);
    expect(sumOf(app, 'helpdeskly_http_response_body_bytes_total')).toBeGreaterThan(1000);
    expect(sumOf(app, 'helpdeskly_pool_connections', { pool: 'catalog' })).toBeGreaterThan(0);
    expect(sumOf(app, 'helpdeskly_pool_connections_max', { pool: 'catalog' })).toBe(4);
    expect(sumOf(control, 'helpdeskly_tenants', { server: 'default', status: 'ACTIVE' })).toBe(6);
    expect(sumOf(control, 'helpdeskly_tenants_by_schema_version')).toBe(6);
    expect(sumOf(control, 'helpdeskly_tenants_schema_pending')).toBe(0);
    expect(sumOf(control, 'helpdeskly_database_server_up', { server: 'default' })).toBe(1);
    expect(sumOf(control, 'helpdeskly_database_server_connections')).toBeGreaterThan(1);
    expect(sumOf(control, 'helpdeskly_background_runs_total', { task: 'warm_refill' })).toBeGreaterThan(0);
    expect(sumOf(control, 'helpdeskly_queue_up', { queue: 'provisioning' })).toBe(1);
    expect(sumOf(control, 'helpdeskly_queue_jobs')).toBe(0);
    expect(sumOf(control, 'helpdeskly_background_runs_total', { task: 'provisioning_sweep' })).toBeGreaterThan(0);
    const provisioned = { queue: 'provisioning', outcome: 'done' };
    const done = many.map((of) => sumOf(of, 'helpdeskly_queue_job_duration_seconds_count', provisioned));
    expect(done.reduce((sum, count) => sum + count, 0)).toBe(6);
  });

  (isObservedPooled ? it : it.skip)('show PgBouncer and what it holds', () => {
    const [control] = many;
    expect(sumOf(control, 'helpdeskly_pooler_up')).toBe(1);
    expect(sumOf(control, 'helpdeskly_pooler_connections', { side: 'client' })).toBeGreaterThanOrEqual(6);
    expect(sumOf(control, 'helpdeskly_pooler_connections', { side: 'server' })).toBeGreaterThan(0);
    expect(sumOf(control, 'helpdeskly_pooler_wait_seconds')).toBe(0);
  });

  it.each([
    ['control-api', 0],
    ['app-api', 1],
    ['control-worker', 2],
    ['app-worker', 3],
  ])('say which service and version %s is', (service, at) => {
    const info = many[at]?.samples.filter(({ name }) => name === 'helpdeskly_build_info');
    expect(info).toEqual([{ name: 'helpdeskly_build_info', labels: { service, version: '0.1.0' }, value: 1 }]);
  });

  it.each([
    ['control-api', 0, ['all', 'APIs', 'control plane', 'control-api']],
    ['app-api', 1, ['all', 'APIs', 'app-api', 'app-api, not app-worker']],
    ['worker', 2, ['all', 'control plane']],
    ['app-worker', 3, ['all', 'app-api']],
  ])('of %s stand all in docs/observability.md, and nothing else does', (_, at, from) => {
    const page = readFileSync(join(import.meta.dirname, '../docs/observability.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(helpdeskly_\w+)`[^|]*\|([^|]*)\|([^|]*)\|/gm)];
    const documented = rows.filter(([, , who = '']) => from.includes(who.trim())).map(([, name]) => name);
    const exposed = [...(many[at]?.families.keys() ?? [])].filter((name) => !ofNode.test(name));
    expect(documented.sort()).toEqual(exposed.sort());
    for (const { name, labels } of many[at]?.samples ?? []) {
      const row = rows.find(([, documentedName = '']) => name.replace(/_(?:bucket|sum|count)$/, '') === documentedName);
      const known = [...(row?.[3] ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label);
      if (row !== undefined) expect([...known, 'le']).toEqual(expect.arrayContaining(Object.keys(labels)));
    }
  });
});

describe('the reader of metrics', () => {
  it('reads escaped labels and infinity', () => {
    const { samples } = parseExposition('# HELP a b\n# TYPE a gauge\na{x="\\"y\\",{}",z="1"} +Inf\n');
    expect(samples).toEqual([{ name: 'a', labels: { x: '"y",{}', z: '1' }, value: Infinity }]);
  });

  it('refuses what is not in the format', () => {
    expect(() => parseExposition('a{ 1')).toThrow('not in the format');
  });
});

const matching = (expected: string | RegExp) =>
  typeof expected === 'string' ? expected : expect.stringMatching(expected);

function sumOf(of: Exposition | undefined, name: string, labels: Record<string, string> = {}): number {
  const wanted = Object.entries(labels);
  return (of?.samples ?? [])
    .filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, sample) => sum + sample.value, 0);
}
