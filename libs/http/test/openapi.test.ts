import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { call } from './calls.js';
import { NotesApi } from './notes-api.js';

let api: NotesApi;
let document: any;

beforeAll(async () => {
  api = await NotesApi.start({ commonHeaders: [{ name: 'X-Team', description: 'Whose notes.' }] });
  ({ body: document } = await call(api, 'GET', '/docs/openapi.json', { as: '' }));
});

afterAll(async () => {
  await api.stop();
});

const operations = () =>
  Object.entries(document.paths as Record<string, Record<string, any>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
const codesOf = (operation: any, status: number): string[] =>
  operation.responses[status]?.content['application/problem+json'].schema.allOf[1].properties.code.enum ?? [];
const parametersOf = (operation: any): string[] => operation.parameters.map(({ name }: { name: string }) => name);

describe('the OpenAPI document', () => {
  it('is valid by OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  it('has every route by its full path, each operation by a name of its own', () => {
    expect(operations().map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([
        'get /api/v1/notes',
        'post /api/v1/notes',
        'patch /api/v1/notes/{id}',
        'delete /api/v1/notes/{id}',
        'post /api/v1/notes/{id}/close',
        'get /health',
        'get /health/live',
        'get /health/ready',
      ]),
    );
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has every parameter, and each once', () => {
    for (const { path, operation } of operations()) {
      const names = parametersOf(operation);
      expect([path, new Set(names).size]).toEqual([path, names.length]);
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) expect(names).toContain(name);
      expect(names).toContain('X-Request-Id');
      expect(names.includes('X-Team')).toBe(path.startsWith('/api/'));
    }
    const { get, post } = document.paths['/api/v1/notes'];
    expect(parametersOf(get)).toEqual(
      expect.arrayContaining(['limit', 'cursor', 'include', 'sort', 'kind', 'above', 'author', 'q']),
    );
    expect(parametersOf(post)).toContain('Idempotency-Key');
    expect(parametersOf(document.paths['/api/v1/notes/{id}'].patch)).toContain('If-Match');
  });

  it('has the problems that follow from a route', () => {
    const { get, post } = document.paths['/api/v1/notes'];
    expect(codesOf(get, 400)).toEqual([
      'host_invalid',
      'invalid_cursor',
      'malformed_request',
      'tenant_required',
      'validation_failed',
    ]);
    expect(codesOf(get, 401)).toEqual(['token_invalid']);
    expect([codesOf(get, 403), codesOf(get, 404), codesOf(get, 413)]).toEqual([['mfa_setup_required'], [], []]);
    expect(codesOf(post, 400)).toContain('malformed_json');
    expect([codesOf(post, 403), codesOf(post, 413), codesOf(post, 415)]).toEqual([
      ['forbidden', 'mfa_setup_required'],
      ['payload_too_large'],
      ['unsupported_media_type'],
    ]);
    expect([codesOf(post, 409), codesOf(post, 422)]).toEqual([
      ['idempotency_in_progress', 'slug_taken'],
      ['idempotency_key_reused', 'invalid_reference'],
    ]);
    expect(codesOf(document.paths['/api/v1/notes/{id}'].delete, 412)).toEqual(['version_conflict']);
    expect(codesOf(document.paths['/api/v1/oddities/open'].get, 401)).toEqual([]);
    expect(Object.keys(document.paths['/health'].get.responses)).toEqual(['200', '400', '408', '431', '500', '503']);
  });

  it('has the headers of answers', () => {
    const headers = (operation: any, status: number) => Object.keys(operation.responses[status].headers);
    const { get, post } = document.paths['/api/v1/notes'];
    expect(headers(get, 200)).toEqual(expect.arrayContaining(['Link', 'RateLimit-Limit', 'X-Request-Id']));
    expect(headers(get, 401)).toContain('WWW-Authenticate');
    expect(headers(get, 429)).toContain('Retry-After');
    expect(headers(post, 201)).toEqual(expect.arrayContaining(['Location', 'ETag', 'Idempotency-Replayed']));
    for (const { operation } of operations()) {
      for (const response of Object.values<any>(operation.responses)) {
        expect(response.description).not.toBe('');
        for (const header of Object.values<any>(response.headers))
          if (header.$ref !== undefined)
            expect(document.components.headers[header.$ref.split('/').at(-1)]).toBeDefined();
      }
    }
  });

  it('says which routes need a token', () => {
    for (const { path, operation } of operations()) {
      if (operation['x-access'] === undefined) continue; // The route that forgot it.
      expect([path, operation.security]).toEqual([path, operation['x-access'] === 'public' ? [] : [{ bearer: [] }]]);
    }
  });
});

describe('the docs', () => {
  const pathsOf = (text: string) => [...text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, url]) => url ?? '');

  it('can be browsed without asking another host', async () => {
    const page = await call(api, 'GET', '/docs', { as: '' });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await call(api, 'GET', '/docs/', { as: '' })).text).toBe(page.text);
    const assets = pathsOf(page.text);
    expect(assets.length).toBeGreaterThan(3);
    for (const url of assets) {
      expect(url).not.toMatch(/^(https?:)?\/\//);
      const asset = await fetch(new URL(url, `${api.origin}/docs`));
      await asset.arrayBuffer(); // Unread, it would delay the close.
      expect([url, asset.status]).toEqual([url, 200]);
    }
  });

  it('run nothing that stands in the page, come into no frame, and say so on every file', async () => {
    const page = await call(api, 'GET', '/docs', { as: '' });
    expect(page.text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
    for (const path of ['/docs', '/docs/', '/docs/openapi.json', ...pathsOf(page.text)]) {
      const { headers } = await call(api, 'GET', path, { as: '' });
      const policy = String(headers['content-security-policy']);
      expect([path, policy.includes('unsafe'), headers['x-frame-options']]).toEqual([path, false, 'DENY']);
      for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"])
        expect([path, policy.split('; ')]).toEqual([path, expect.arrayContaining([part])]);
    }
  });

  it.each([
    '/docs/package.json',
    '/docs/nothing',
    '/docs/index.js',
    '/docs/.x',
    '/docs/.git/config',
    '/docs/..',
    '/docs/../x',
    '/docs/../../x',
    '/docs/../../../../etc/passwd',
    '/docs/./start.js/..',
    '/docs/%2e%2e/%2e%2e/x',
    '/docs/..%2f..%2fx',
    '/docs/%2e%2e%5cx',
    '/docs/%252e%252e/x',
    '/docs/..;/x',
    '/docs//etc/passwd',
    '/docs/%2ex',
    '/docs/%00',
    '/docs/%',
    '/docs/%ff',
    '/docs/swagger-ui.css/',
    '/docs/swagger-ui.css%00.png',
    '/docs/SWAGGER-UI.CSS',
    '/docs\\..\\x',
  ])('have no %s', async (path) => {
    const answer = await asItIs(path); // fetch would remove the dots.
    expect([answer.split('\r\n')[0], answer.includes('"code":"route_not_found"')]).toEqual([
      'HTTP/1.1 404 Not Found',
      true,
    ]);
  });

  async function asItIs(path: string): Promise<string> {
    const { hostname, port } = new URL(api.origin);
    const socket = connect(Number(port), hostname);
    socket.end(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
    return text(socket);
  }
});
