import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createLogger, Metrics } from '@helpdeskly/service';
import { startTelemetry, type Telemetry } from '@helpdeskly/telemetry';
import { Api, Collector, startSystem, until, type System, type TestTenant, type User } from '@helpdeskly/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';

const service = { name: 'app-api', version: '1' };
const unlimited = { RATE_LIMIT_USER_PER_MINUTE: '0', RATE_LIMIT_TENANT_PER_MINUTE: '0' };
const theirs = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${theirs}-b7ad6b7169203331-01`;

let system: System;
let tenant: TestTenant;
let agent: User;

beforeAll(async () => {
  system = await startSystem(); // Traces are off while it starts.
  tenant = await system.createTenant();
  agent = await tenant.user('AGENT');
});
afterAll(() => system.close());

/** Another app API on the same installation, which sends its traces to `endpoint`. */
class TracedApi {
  readonly log: string[] = [];

  private constructor(
    private readonly telemetry: Telemetry,
    readonly app: NestFastifyApplication,
    readonly api: Api,
    log: string[],
  ) {
    this.log = log;
  }

  static async start(endpoint: string, { sampleRatio = 1, queueSize = 8192, trusted = '' } = {}): Promise<TracedApi> {
    const headers = { 'x-key': 'collector-key' };
    const telemetry = await startTelemetry({ endpoint, headers, sampleRatio, queueSize }, service);
    const log: string[] = [];
    const lines = new Writable({
      write(line: Buffer, _encoding, done) {
        log.push(line.toString());
        done();
      },
    });
    const logger = createLogger('app-api', 'info', lines);
    const app = await createAppApi(system.installation.appConfig({ ...unlimited, TRUSTED_PROXIES: trusted }), logger);
    telemetry.attach(app.get(Metrics).registry, logger);
    await app.listen(0, '127.0.0.1');
    return new TracedApi(telemetry, app, await Api.at(await app.getUrl()), log);
  }

  as(headers: Readonly<Record<string, string>> = agent.headers) {
    return this.api.as(headers);
  }

  async metric(name: string, labels = {}): Promise<number> {
    const metric = await this.app.get(Metrics).registry.getSingleMetric(name)?.get();
    const wanted = JSON.stringify(labels);
    return metric?.values.find((each) => JSON.stringify(each.labels) === wanted)?.value ?? -1;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.telemetry.close();
  }
}

const requestOf = (collector: Collector, id: string) =>
  collector.spans.find(({ attributes }) => attributes['helpdeskly.request_id'] === id);

async function traced(collector: Collector, id: string) {
  await until(() => requestOf(collector, id) !== undefined);
  return requestOf(collector, id)!;
}

describe('a traced request', () => {
  let collector: Collector;
  let traces: TracedApi;

  beforeAll(async () => {
    collector = await Collector.start();
    traces = await TracedApi.start(collector.url, { trusted: '127.0.0.1' });
  });
  afterAll(async () => {
    await traces.stop();
    await collector.stop();
  });

  it('is a span by its route, with its tenant, down to the SQL', async () => {
    await traces.as().get('/tickets?q=laser', { headers: { 'x-request-id': 'list-1' } });
    const request = await traced(collector, 'list-1');
    expect(request).toMatchObject({
      name: 'GET /api/v1/tickets',
      service: 'app-api',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/v1/tickets',
        'http.response.status_code': 200,
        'helpdeskly.tenant': tenant.slug,
      },
    });
    const below = collector.below(request).map(({ name }) => name);
    expect(below).toEqual(
      expect.arrayContaining([
        'find the tenant',
        'SELECT catalog.tenant',
        "open the tenant's client",
        'open a connection',
      ]),
    );
    const sql = collector.below(request).map(({ attributes }) => attributes['db.query.text']);
    expect(sql).toContainEqual(expect.stringMatching(/FROM "TicketSearch"/));
    expect(sql.join()).not.toContain('laser');
  });

  it('with a body keeps its trace when the body has arrived', async () => {
    const ticket = { title: 'A laser', description: 'It does not stop.' };
    await traces.as().post('/tickets', ticket, { headers: { 'x-request-id': 'open-1' } });
    const request = await traced(collector, 'open-1');
    const names = collector.below(request).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['BEGIN', 'COMMIT']));
    expect(names.some((name) => name.startsWith('INSERT'))).toBe(true);
  });

  it('is named in the log line of its request', async () => {
    await traces.as().get('/auth/me', { headers: { 'x-request-id': 'me-1' } });
    const { traceId } = await traced(collector, 'me-1');
    const line = traces.log.map((each) => JSON.parse(each) as Record<string, unknown>);
    expect(line.find(({ requestId }) => requestId === 'me-1')).toMatchObject({ traceId });
  });

  it('goes on with the trace of a proxy that is trusted', async () => {
    await traces.as().get('/auth/me', { headers: { 'x-request-id': 'proxied-1', traceparent } });
    expect(await traced(collector, 'proxied-1')).toMatchObject({ traceId: theirs, parentId: 'b7ad6b7169203331' });
  });

  it('is none where its health is asked', async () => {
    await traces.api.as().get('/health/live', { headers: { 'x-request-id': 'health-1' } });
    await traces.as().get('/auth/me', { headers: { 'x-request-id': 'after-health' } });
    await traced(collector, 'after-health');
    expect(requestOf(collector, 'health-1')).toBeUndefined();
  });

  it('says nothing of what was sent or read', async () => {
    const secrets = ['q-secret-words', 'a-secret-password', 'someone@secret.example', 'A secret title'];
    await traces.as().get('/tickets?q=q-secret-words');
    await traces.as().post('/tickets', { title: 'A secret title', description: 'q-secret-words' });
    const visitor = traces.as({ 'x-tenant-slug': tenant.slug });
    await visitor.post('/auth/login', { email: 'someone@secret.example', password: 'a-secret-password' });
    await visitor.post('/auth/login', { email: agent.email, password: 'a-secret-password' });
    await traces.as().get('/users/someone@secret.example'); // No uuid: refused.
    await traces.as().get('/auth/me', { headers: { 'x-request-id': 'last' } });
    await traced(collector, 'last');
    const sent = Buffer.concat(collector.bytes).toString('latin1');
    expect(sent).toContain('collector-key'); // Headers were looked at too.
    for (const secret of [...secrets, agent.email, agent.name, agent.accessToken, agent.refreshToken])
      expect([secret, sent.includes(secret)]).toEqual([secret, false]);
  });
});

describe('traces', () => {
  let collector: Collector;
  let traces: TracedApi | undefined;

  beforeAll(async () => {
    collector = await Collector.start();
  });
  afterEach(async () => {
    await traces?.stop();
    traces = undefined;
  });
  afterAll(() => collector.stop());

  it("of anybody else are linked to the caller's and not joined to it", async () => {
    traces = await TracedApi.start(collector.url);
    await traces.as().get('/auth/me', { headers: { 'x-request-id': 'stranger-1', traceparent } });
    const request = await traced(collector, 'stranger-1');
    expect([request.traceId === theirs, request.parentId, request.links]).toEqual([false, undefined, [theirs]]);
  });

  it('are none of those that are not sampled', async () => {
    traces = await TracedApi.start(collector.url, { sampleRatio: 0, trusted: '127.0.0.1' });
    const me = (id: string, headers = {}) =>
      traces?.as().get('/auth/me', { headers: { 'x-request-id': id, ...headers } });
    await me('unsampled-1');
    await me('sampled-by-proxy', { traceparent });
    await traced(collector, 'sampled-by-proxy');
    expect(requestOf(collector, 'unsampled-1')).toBeUndefined();
    expect(traces.log.find((line) => line.includes('unsampled-1'))).not.toContain('traceId');
  });

  it('that nobody takes are counted, and told of once', async () => {
    const port = await closedPort();
    const away = (traces = await TracedApi.start(`http://127.0.0.1:${port}`));
    expect((await away.as().get('/tickets')).status).toBe(200);
    await until(async () => (await away.metric('helpdeskly_trace_spans_dropped_total', { reason: 'not_taken' })) > 0);
    expect((await away.as().get('/tickets')).status).toBe(200);
    expect(away.log.filter((line) => line.includes('traces are not delivered'))).toHaveLength(1);
  });

  it('that are more than may wait are dropped and counted', async () => {
    const silent = await Collector.start();
    silent.answers = false;
    const flooded = (traces = await TracedApi.start(silent.url, { queueSize: 512 }));
    const more = () => Promise.all(Array.from({ length: 200 }, () => flooded.as().get('/auth/me')));
    await until(async () => {
      expect((await more()).every(({ status }) => status === 200)).toBe(true);
      return (await flooded.metric('helpdeskly_trace_spans_dropped_total', { reason: 'queue_full' })) > 0;
    });
    await silent.stop();
  });

  it('do not keep a process from ending whose collector says nothing', async () => {
    const silent = await Collector.start();
    silent.answers = false;
    const waiting = await TracedApi.start(silent.url);
    await waiting.as().get('/tickets');
    await waiting.stop();
    expect(silent.requests).toBeGreaterThan(0); // Still unanswered.
    await silent.stop();
  });

  it('are off by default, and nothing that could send any is loaded', () => {
    const app = pathToFileURL(fileURLToPath(new URL('../dist/index.js', import.meta.url))).href;
    const telemetry = new URL('../../../libs/telemetry/dist/index.js', import.meta.url).href;
    const script = `
      import { createRequire } from 'node:module';
      await import(${JSON.stringify(app)});
      const { startTelemetry } = await import(${JSON.stringify(telemetry)});
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((file) => /@opentelemetry.(?!api)/.test(file.replace(/^.*node_modules/, ''))); // prom-client brings the api.
      await startTelemetry(undefined, { name: 'x', version: '1' });
      const off = loaded().length;
      await startTelemetry({ endpoint: 'http://127.0.0.1:1', headers: {}, sampleRatio: 1, queueSize: 512 }, { name: 'x', version: '1' });
      console.log(off, loaded().length > 0);`;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(said.trim()).toBe('0 true');
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
