import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LoginThrottle, RateLimited } from '@helpdeskly/http';
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

describe('LoginThrottle', () => {
  const outcome = (attempt: Promise<void>) =>
    attempt.then(
      () => 'tried',
      (error: unknown) => (error instanceof RateLimited ? 'refused' : error),
    );

  it('lets 5 failures a minute pass for a pair of address and account, in any case', async () => {
    const throttle = new LoginThrottle();
    const outcomes = [];
    for (const account of ['a@b.example', 'A@b.example', 'a@B.example', 'a@b.EXAMPLE', 'A@B.EXAMPLE', 'a@b.example'])
      outcomes.push(await outcome(throttle.attempt('1.1.1.1', account)));
    expect(outcomes).toEqual(['tried', 'tried', 'tried', 'tried', 'tried', 'refused']);
    expect(await outcome(throttle.attempt('1.1.1.1', 'other@b.example'))).toBe('tried');
    expect(await outcome(throttle.attempt('2.2.2.2', 'a@b.example'))).toBe('tried');
  });

  it('counts attempts that run at the same time', async () => {
    const throttle = new LoginThrottle();
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => outcome(throttle.attempt('1.1.1.1', 'a'))));
    expect(outcomes.filter((one) => one === 'tried')).toHaveLength(5);
  });

  it('does not count logins that succeed', async () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 150; i++) {
      await throttle.attempt('1.1.1.1', 'a');
      await throttle.succeeded('1.1.1.1', 'a');
    }
    expect(await outcome(throttle.attempt('1.1.1.1', 'a'))).toBe('tried');
  });

  it('lets 100 failures a minute pass for an address, whatever the account', async () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 100; i++) expect(await outcome(throttle.attempt('1.1.1.1', `a${i}`))).toBe('tried');
    expect(await outcome(throttle.attempt('1.1.1.1', 'another'))).toBe('refused');
    expect(await outcome(throttle.attempt('1.1.1.2', 'another'))).toBe('tried');
  });

  it('lets one account that is refused not use up its address', async () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 200; i++) await outcome(throttle.attempt('1.1.1.1', 'a'));
    expect(await outcome(throttle.attempt('1.1.1.1', 'b'))).toBe('tried');
  });

  it('says when to come back', async () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 5; i++) await throttle.attempt('1.1.1.1', 'a');
    const error = await throttle.attempt('1.1.1.1', 'a').catch((refused: unknown) => refused);
    expect((error as RateLimited).retryAfter).toBeGreaterThan(0);
    expect((error as RateLimited).retryAfter).toBeLessThanOrEqual(60);
  });
});
