import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';

let system: System;

beforeAll(async () => {
  system = await sharedSystem();
});

afterAll(() => system?.close());

const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  fetch(system.control.origin + path, { method, headers: { accept: 'text/html', ...headers } });

describe("the operators' console", () => {
  it('is what the host of the control API answers, asked for anew each time', async () => {
    const page = await ask('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(await page.text()).toContain('Helpdeskly operators');
    const again = await ask('/', { 'if-none-match': page.headers.get('etag') ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it("has the policy of the helpdesks' pages", async () => {
    const headersOf = async (answer: Promise<Response>) => {
      const { headers } = await answer;
      const names = [
        'content-security-policy',
        'x-frame-options',
        'x-content-type-options',
        'referrer-policy',
        'cross-origin-opener-policy',
        'cross-origin-resource-policy',
        'cache-control',
        'vary',
      ];
      return Object.fromEntries(names.map((name) => [name, headers.get(name)]));
    };
    const own = await headersOf(ask('/'));
    expect(own).toEqual(await headersOf(fetch(system.app.origin, { headers: { accept: 'text/html' } })));
    expect(own['content-security-policy']).toContain("default-src 'self'");
    expect(own['content-security-policy']).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
  });

  it('answers its paths to a browser alone, and only for reading', async () => {
    for (const path of ['/tenants', '/tenants/acme', '/migration-runs', '/queues-of-jobs', '/account']) {
      expect([path, (await ask(path)).status]).toEqual([path, 200]);
      for (const accept of ['application/json', '*/*', 'text/html;q=0']) {
        const refused = await ask(path, { accept });
        expect([path, accept, refused.status]).toEqual([path, accept, 404]);
        expect(refused.headers.get('content-type')).toContain('application/problem+json');
      }
      expect([path, (await ask(path, {}, 'POST')).status]).toEqual([path, 404]);
    }
  });

  it('shadows nothing that belongs to programs or to the board', async () => {
    for (const path of [
      '/api',
      '/api/v1/nothing',
      '/assets/',
      '/docs/nothing',
      '/health/nothing',
      '/metrics',
      '/favicon.ico',
    ])
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    expect((await ask('/queues')).status).toBe(401);
    expect((await ask('/docs')).status).toBe(200);
    expect((await ask('/api/v1/tenants')).status).toBe(401);
    expect((await ask('/health')).headers.get('content-type')).toContain('application/json');
  });

  it('keeps its assets for ever under their hashed names, and has none that are missing', async () => {
    const [, path = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await ask('/')).text()) ?? [];
    expect(path).toMatch(/-[\w-]{8}\.js$/);
    const asset = await ask(path);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const missing = await ask('/assets/main-00000000.js');
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store']);
  });
});
