import { request, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System, type TestTenant } from '@helpdeskly/testing';

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await sharedSystem();
  tenant = await system.createTenant();
});

afterAll(() => system?.close());

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Asked {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As a browser asks: the host is part of the address, which fetch does not let a caller choose. */
function get(path: string, { method = 'GET', host = 'localhost', headers = {} }: Asked = {}): Promise<Got> {
  const { hostname, port } = new URL(system.app.origin);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers: { accept: 'text/html', ...headers, host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const helpdesk = () => `${tenant.slug}.localhost`;
const script = /src="(\/assets\/[^"]+\.js)"/;

async function assetOf(host: string): Promise<string> {
  const [, path = ''] = script.exec((await get('/', { host })).text) ?? [];
  expect(path).toMatch(/^\/assets\//);
  return path;
}

describe('the page', () => {
  it("is the console on a tenant's host, and asks for the helpdesk's name on the base domain", async () => {
    const [console, entrance] = [await get('/', { host: helpdesk() }), await get('/')];
    expect([console.status, entrance.status]).toEqual([200, 200]);
    for (const { headers } of [console, entrance]) expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(console.text).not.toContain('helpdeskly-origin');
    expect(entrance.text).toMatch(/<meta name="helpdeskly-origin" content="http:\/\/[^"%]+" \/>/);
  });

  it('is the same for a helpdesk that exists and for one that does not', async () => {
    const [known, unknown] = [await get('/', { host: helpdesk() }), await get('/', { host: 'no-such-desk.localhost' })];
    expect(unknown.text).toBe(known.text);
    expect((await get('/', { host: 'www.localhost' })).text).toBe((await get('/')).text);
  });

  it('is not influenced by a header that names a tenant', async () => {
    const named = await get('/', { headers: { 'x-tenant-slug': tenant.slug } });
    expect(named.text).toBe((await get('/')).text);
  });

  it('is asked for anew each time, and answered in one line while it is the same', async () => {
    const { headers } = await get('/', { host: helpdesk() });
    expect(headers['cache-control']).toBe('no-cache');
    const again = await get('/', { host: helpdesk(), headers: { 'if-none-match': String(headers.etag) } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers['content-security-policy']).toBe(headers['content-security-policy']);
  });

  it('runs nothing but its own files, in no frame, and makes no text into code', async () => {
    const { headers, text } = await get('/', { host: helpdesk() });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(policy.join()).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    expect(text).not.toMatch(/<style|style=|<script(?![^>]*\bsrc="\/assets\/)/);
  });

  it('is there for HEAD, without a body', async () => {
    const { status, headers, text } = await get('/', { method: 'HEAD', host: helpdesk() });
    expect([status, text]).toEqual([200, '']);
    expect(headers['cache-control']).toBe('no-cache');
  });
});

describe('a path of the page', () => {
  it('answers the page to a browser alone', async () => {
    const { text } = await get('/', { host: helpdesk() });
    for (const path of ['/tickets', '/tickets/12', '/tickets?status=open', '/account/']) {
      const shown = await get(path, { host: helpdesk() });
      expect([path, shown.status, shown.text === text]).toEqual([path, 200, true]);
      for (const accept of ['application/json', '*/*', 'text/html;q=0', '']) {
        const { status, headers } = await get(path, { host: helpdesk(), headers: { accept } });
        expect([path, accept, status]).toEqual([path, accept, 404]);
        expect(headers['content-type']).toContain('application/problem+json');
      }
    }
  });

  it('is for reading', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status } = await get('/tickets', { method, host: helpdesk() });
      expect([method, status]).toEqual([method, 404]);
    }
  });

  it('is no file, no way out of a folder, and nothing under what belongs to programs', async () => {
    for (const path of [
      '/favicon.ico',
      '/tickets/app.js',
      '/../package.json',
      '/%2e%2e/package.json',
      '/.env',
      '/a//b',
      '/api',
      '/api/v1/nothing',
      '/api/v2/tickets',
      '/assets',
      '/assets/',
      '/docs/nothing',
      '/health/nothing',
      '/metrics',
    ]) {
      const { status, headers } = await get(path, { host: helpdesk() });
      expect([path, status]).toEqual([path, 404]);
      expect(headers['content-type']).toContain('application/problem+json');
    }
  });
});

describe('an asset', () => {
  it('is kept for ever under its hashed name, in both forms', async () => {
    const path = await assetOf(helpdesk());
    expect(path).toMatch(/-[\w-]{8}\.js$/);
    const plain = await get(path, { host: helpdesk() });
    expect(plain.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    const small = await get(path, { host: helpdesk(), headers: { 'accept-encoding': 'gzip, br' } });
    expect(small.headers['content-encoding']).toBe('br');
    expect(small.headers['cache-control']).toBe(plain.headers['cache-control']);
    expect(Number(small.headers['content-length'])).toBeLessThan(Number(plain.headers['content-length']));
    const refused = await get(path, { host: helpdesk(), headers: { 'accept-encoding': 'br;q=0' } });
    expect(refused.headers['content-encoding']).toBeUndefined();
  });

  it('is the same on every host', async () => {
    const path = await assetOf(helpdesk());
    expect((await get(path)).text).toBe((await get(path, { host: helpdesk() })).text);
  });

  it('that is missing is 404 and kept nowhere, even for a browser', async () => {
    for (const path of ['/assets/main-00000000.js', '/assets/..%2findex.html', '/assets/index.html']) {
      const { status, headers } = await get(path, { host: helpdesk() });
      expect([path, status, headers['cache-control']]).toEqual([path, 404, 'no-store']);
    }
  });
});

describe('what was there before the pages', () => {
  it('answers as before on every host', async () => {
    for (const host of ['localhost', helpdesk()]) {
      expect((await get('/health', { host })).headers['content-type']).toContain('application/json');
      expect((await get('/docs', { host })).text).toContain('Helpdeskly app API');
      expect((await get('/docs/openapi.json', { host })).status).toBe(200);
      const { status, headers } = await get('/api/v1/tickets', { host: helpdesk() });
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    }
  });
});
