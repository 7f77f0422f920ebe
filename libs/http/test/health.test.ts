import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics, Readiness, startMetricsServer } from '@helpdeskly/service';
import request from 'supertest';
import { call } from './calls.js';
import { NotesApi } from './notes-api.js';

let api: NotesApi;

beforeAll(async () => {
  api = await NotesApi.start();
});

afterEach(() => {
  NotesApi.parts.store = 'up';
  api.app.get(Readiness).draining = false;
});

afterAll(async () => {
  await api.stop();
});

const ask = (path: string) => call(api, 'GET', path, { as: '', headers: {} });

describe('health', () => {
  it('says that all is well', async () => {
    for (const path of ['/health', '/health/ready']) {
      const { status, body } = await ask(path);
      expect([status, body]).toEqual([
        200,
        {
          status: 'UP',
          service: 'notes-api',
          version: '1.2.3',
          timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
          checks: { store: 'UP' },
        },
      ]);
    }
    expect((await ask('/health/live')).body).toMatchObject({ status: 'UP', checks: {} });
  });

  it('says which part is down, without saying where it is', async () => {
    NotesApi.parts.store = 'down';
    for (const path of ['/health', '/health/ready']) {
      const { status, body, text } = await ask(path);
      expect([status, body.status, body.checks]).toEqual([503, 'DOWN', { store: 'DOWN' }]);
      expect(text).not.toContain('internal');
    }
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('is not ready while it shuts down, but alive', async () => {
    api.app.get(Readiness).draining = true;
    expect((await ask('/health/ready')).status).toBe(503);
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('needs no team and no token', async () => {
    await request(api.origin)
      .get('/health')
      .expect(200)
      .expect('content-type', /^application\/json/);
  });
});

describe('metrics', () => {
  it('stand on a port of their own, and nothing else does', async () => {
    const server = await startMetricsServer(api.app.get(Metrics), '127.0.0.1', 0);
    await ask('/health/live');
    await call(api, 'GET', '/api/v1/notes/some-id');
    await call(api, 'GET', '/api/v1/nothing/secret');
    const others = request(`http://127.0.0.1:${server.port}`);
    const { text } = await others
      .get('/metrics')
      .expect(200)
      .expect('content-type', /^text\/plain/);
    expect(text).toContain(
      'helpdeskly_http_request_duration_seconds_count{method="GET",route="/api/v1/notes/:id",status="404"} 1',
    );
    expect(text).toContain('route="(none)"');
    expect(text).not.toMatch(/some-id|secret/);
    await others.get('/health').expect(404);
    await others.post('/metrics').expect(404);
    await request(api.origin).get('/metrics').expect(404);
    await server.close();
  });
});
