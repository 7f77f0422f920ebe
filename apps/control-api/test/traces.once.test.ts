import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TenantJob } from '@helpdeskly/queue';
import { startTelemetry, type Telemetry } from '@helpdeskly/telemetry';
import {
  Collector,
  Installation,
  needing,
  owner,
  startRedis,
  until,
  type Caller,
  type CollectedSpan,
  type RunningRedis,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getQueueToken } from '@nestjs/bullmq';
import type { Job, Queue } from 'bullmq';
import { newSlug, RunningControlApi } from './control-client.js';

const steps = ['ensureRole', 'ensureDatabase', 'ensureMigrations', 'ensureAdmin', 'verify', 'activate'];
const admin = { email: 'hank@globex.example', name: 'Hank Scorpio', password: 'beware of the doomsday' };
/** Compiled code: `npm test` compiles first. */
const workerMain = fileURLToPath(new URL('../dist/worker.js', import.meta.url));

describe('the trace of POST /tenants with its queue on PostgreSQL', () => traces(() => Promise.resolve(undefined)));
needing('redis-server')('the trace of POST /tenants with its queue on Redis', () => traces(() => startRedis()));

/** The API in this process, and the worker in one of its own. */
function traces(start: () => Promise<RunningRedis | undefined>): void {
  let redis: RunningRedis | undefined;
  let collector: Collector;
  let installation: Installation;
  let telemetry: Telemetry;
  let api: RunningControlApi;
  let operator: Caller;
  let worker: ChildProcess;
  let job: Job<TenantJob>;
  let request: CollectedSpan;
  let trace: CollectedSpan[];
  const slug = newSlug('traced');

  beforeAll(async () => {
    redis = await start();
    collector = await Collector.start();
    installation = await Installation.create();
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      TRUSTED_PROXIES: '127.0.0.2',
      REDIS_URL: redis?.url ?? '',
    };
    const config = installation.controlConfig(environment);
    telemetry = await startTelemetry(config.telemetry, { name: 'control-api', version: '1' });
    api = await RunningControlApi.start(config, { workers: false });
    operator = await api.asOwner();
    const answering = operator.post(
      '/tenants',
      { name: 'Globex', slug, admin },
      { headers: { prefer: 'wait=30', 'x-request-id': 'traced-1' } },
    );
    const queue = api.app.get<Queue<TenantJob>>(getQueueToken('provisioning'), { strict: false });
    await until(async () => (await queue.getWaitingCount()) > 0);
    [job] = (await queue.getWaiting()) as [Job<TenantJob>];
    worker = spawn(process.execPath, [workerMain], {
      env: { PATH: process.env.PATH, ...installation.environment, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const answer = await answering;
    expect([answer.status, answer.body.status]).toEqual([201, 'ACTIVE']);
    const isRequest = ({ attributes }: CollectedSpan) => attributes['helpdeskly.request_id'] === 'traced-1';
    const isLast = ({ name }: CollectedSpan) => name === 'process provisioning';
    await until(() => collector.spans.some(isRequest) && collector.spans.some(isLast));
    request = collector.spans.find(isRequest)!;
    trace = collector.spans.filter(({ traceId }) => traceId === request.traceId);
  });

  afterAll(async () => {
    await api.stop();
    await telemetry.close();
    worker.kill();
    if (worker.exitCode === null) await once(worker, 'exit');
    await collector.stop();
    await installation.remove();
    await redis?.stop();
  });

  it('begins with the request, by its route', () => {
    expect(request).toMatchObject({
      name: 'POST /api/v1/tenants',
      service: 'control-api',
      parentId: undefined,
      attributes: { 'http.route': '/api/v1/tenants', 'http.response.status_code': 201 },
    });
  });

  it('goes on in the worker, through every step to the last one', () => {
    const done = trace.filter(({ name }) => name.startsWith('step '));
    expect(done.map(({ name }) => name)).toEqual(steps.map((step) => `step ${step}`));
    for (const step of done) {
      expect(step).toMatchObject({
        service: 'control-worker',
        attributes: { 'helpdeskly.tenant': slug },
        failed: false,
      });
      expect(collector.above(step).map(({ name }) => name)).toEqual([
        'process provisioning',
        'add provisioning.provision',
        'POST /api/v1/tenants',
      ]);
    }
  });

  it('is the only one that these steps are in', () => {
    const all = collector.spans.filter(({ name }) => name.startsWith('step '));
    expect(new Set(all.map(({ traceId }) => traceId))).toEqual(new Set([request.traceId]));
  });

  it('shows the SQL of the request and of each step', () => {
    const sqlBelow = (span: CollectedSpan) =>
      collector.below(span).flatMap(({ attributes }) => attributes['db.query.text'] ?? []);
    expect(sqlBelow(request)).toContainEqual(
      expect.stringMatching(/^INSERT INTO "Tenant" \("id", "slug".*VALUES \(\$1::uuid, \$2/s),
    );
    for (const name of steps) {
      const step = trace.find((span) => span.name === `step ${name}`)!;
      expect([name, sqlBelow(step)]).toEqual([name, expect.arrayContaining([expect.any(String)])]);
    }
    const activate = trace.find(({ name }) => name === 'step activate')!;
    expect(sqlBelow(activate)).toContainEqual(expect.stringMatching(/UPDATE "Tenant"\s+SET "status" = \?/));
  });

  it('is no part of what the job says: its tenant and generation alone', () => {
    expect(job.data).toEqual({ tenantId: expect.any(String), generation: expect.any(Number) });
    expect(job.opts.telemetry?.metadata).toContain(request.traceId);
  });

  it('holds no password, token, address or key', async () => {
    await operator.post(
      '/tenants',
      { name: 'Globex', slug, admin },
      { headers: { 'idempotency-key': 'a-key-of-mine' } },
    );
    await api.anonymous().post('/auth/login', { email: 'nobody@else.example', password: 'a wrong password here' });
    const before = collector.requests;
    await until(() => collector.requests > before);
    const [row] = await installation.query<{ roleSecret: string }>('SELECT "roleSecret" FROM "Tenant"');
    const sent = Buffer.concat(collector.bytes).toString('latin1');
    const secrets = [
      ...[admin.email, admin.name, admin.password, owner.email, owner.password],
      ...['nobody@else.example', 'a wrong password here', 'a-key-of-mine', row?.roleSecret ?? ''],
      ...[operator.headers['authorization']?.slice('Bearer '.length) ?? '', 'SCRAM-SHA-256$', '$argon2'],
    ];
    expect(sent).toContain('ALTER ROLE');
    for (const secret of secrets) expect([secret, secret.length > 3 && sent.includes(secret)]).toEqual([secret, false]);
  });

  it('does not keep the worker from ending when the collector no longer answers', async () => {
    collector.answers = false;
    const input = { name: 'Initech', slug: newSlug('untold'), admin };
    await operator.post('/tenants', input, { headers: { prefer: 'wait=30' } });
    const ended = once(worker, 'exit');
    worker.kill();
    expect(await ended).toEqual([0, null]);
  });
}
