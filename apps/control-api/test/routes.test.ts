import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, type Caller } from '@helpdeskly/testing';
import { accessOf, type Access } from '@helpdeskly/http';
import { ModulesContainer } from '@nestjs/core';
import { RunningControlApi } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig());
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

interface Handler {
  readonly name: string;
  readonly access: Access | undefined;
}

/** Every handler of every controller, documented or not. */
function handlers(): Handler[] {
  const found: Handler[] = [];
  for (const module of api.app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, unknown>;
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const handler = prototype[name];
        if (name === 'constructor' || typeof handler !== 'function' || !Reflect.hasMetadata('path', handler)) continue;
        found.push({
          name: `${metatype.name}.${name}`,
          access: accessOf(Reflect.getMetadata('__fastify_route_config__', handler)),
        });
      }
    }
  }
  return found;
}

/** Method, path and access of every documented route but health. */
async function documentedRoutes(): Promise<{ method: string; path: string; access: Access | undefined }[]> {
  const document = (await (await fetch(`${api.origin}/docs/openapi.json`)).json()) as { paths: unknown };
  return Object.entries(document.paths as Record<string, Record<string, { 'x-access'?: Access }>>).flatMap(
    ([path, item]) =>
      Object.entries(item)
        .filter(() => !path.startsWith('/health'))
        .map(([method, operation]) => ({
          method: method.toUpperCase(),
          path: path.replace('/api/v1', ''),
          access: operation['x-access'],
        })),
  );
}

const roles = ['OWNER', 'OPERATOR', 'VIEWER'];

describe('every route', () => {
  it('says who may call it', () => {
    const all = handlers();
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(({ access }) => access === undefined)).toEqual([]);
    for (const { access } of all) if (Array.isArray(access)) expect(roles).toEqual(expect.arrayContaining([...access]));
  });

  it('that is public is a way to sign in, an invitation, or health', () => {
    const open = handlers().filter(({ access }) => access === 'public');
    expect(open.map(({ name }) => name).sort()).toEqual([
      'AuthController.accept',
      'AuthController.login',
      'AuthController.refresh',
      'HealthController.live',
      'HealthController.overall',
      'HealthController.ready',
      'MfaController.verify',
    ]);
  });

  it('is documented', async () => {
    const documented = await documentedRoutes();
    expect(documented).toHaveLength(handlers().filter(({ name }) => !name.startsWith('HealthController')).length);
  });

  it('that is not public answers 401 to strangers, whatever they send', async () => {
    for (const { method, path, access } of await documentedRoutes()) {
      if (access === 'public') continue;
      const { status, body } = await api
        .anonymous()
        .send(method, path.replace('{id}', 'x'), method === 'GET' ? undefined : { wrong: 1 });
      expect([method, path, status, body.code]).toEqual([method, path, 401, 'token_invalid']);
    }
  });

  it('answers bad bodies with 4xx, and nothing changes', async () => {
    const count = () =>
      installation.query('SELECT (SELECT count(*) FROM "Tenant") AS tenants, (SELECT count(*) FROM "ApiKey") AS keys');
    const before = await count();
    const deep = JSON.parse('[{"a":'.repeat(17) + '1' + '}]'.repeat(17));
    const bodies: unknown[] = [
      [],
      'x',
      7,
      null,
      true,
      { unknown: 1 },
      { name: '\u0000' },
      { name: '\ud800' },
      { name: deep },
      { slug: { a: 1 }, admin: [] },
    ];
    for (const { method, path } of await documentedRoutes()) {
      if (method === 'GET' || method === 'DELETE') continue;
      for (const body of bodies) {
        const { status } = await owner.send(method, path.replace('{id}', 'nobody'), body);
        expect([method, path, JSON.stringify(body), status >= 400 && status < 500]).toEqual([
          method,
          path,
          JSON.stringify(body),
          true,
        ]);
      }
    }
    expect(await count()).toEqual(before);
  });

  it('that does not exist answers 404', async () => {
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['PUT', '/tenants'],
      ['PUT', '/tenants/x'],
      ['GET', '/tenants/x/y/z'],
    ] as const) {
      const { status, body } = await owner.send(method, path);
      expect([method, path, status, body.code]).toEqual([method, path, 404, 'route_not_found']);
    }
  });
});
