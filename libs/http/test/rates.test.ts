import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './calls.js';
import { NotesApi } from './notes-api.js';

let api: NotesApi;

beforeAll(async () => {
  api = await NotesApi.start();
});

afterAll(async () => {
  await api.stop();
});

describe('rate limits', () => {
  it('are told on each answer, by the limit that is nearest', async () => {
    const { headers } = await call(api, 'GET', '/api/v1/notes', { as: 'ADMIN:fresh' });
    expect(headers).toMatchObject({ 'ratelimit-limit': '1000', 'ratelimit-remaining': '999' });
    expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0);
    expect(Number(headers['ratelimit-reset'])).toBeLessThanOrEqual(60);
    expect(
      (await call(api, 'GET', '/api/v1/notes?limit=0', { as: 'ADMIN:fresh' })).headers['ratelimit-remaining'],
    ).toBe('998');
  });

  it('refuse what comes past them, and nobody else', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await call(api, 'GET', '/api/v1/notes', { as: 'ADMIN:hasty' })).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    const { headers, body } = await call(api, 'GET', '/api/v1/notes', { as: 'ADMIN:hasty' });
    expect(body.code).toBe('rate_limited');
    expect(headers['ratelimit-remaining']).toBe('0');
    expect(headers['retry-after']).toBe(headers['ratelimit-reset']);
    expect((await call(api, 'GET', '/api/v1/notes', { as: 'ADMIN:patient' })).status).toBe(200);
  });

  it('do not count strangers, unknown routes or health checks', async () => {
    for (const path of ['/api/v1/notes', '/api/v1/nothing', '/health', '/docs/openapi.json'])
      expect((await call(api, 'GET', path, { as: '' })).headers['ratelimit-limit']).toBeUndefined();
  });
});
