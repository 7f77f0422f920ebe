import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';

let system: System;

beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.close());

const committed = async (api: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../docs/openapi/${api}.json`, import.meta.url), 'utf8'));

// npm run check holds the committed documents to linters' rules. `npm run openapi` renews them.
describe('the committed OpenAPI document', () => {
  it('is the one that the app API serves', async () => {
    const { body } = await system.app.as().get('/docs/openapi.json');
    expect(await committed('app-api')).toEqual(body);
  });

  it('is the one that the control API serves', async () => {
    const { body } = await system.control.as().get('/docs/openapi.json');
    expect(await committed('control-api')).toEqual(body);
  });
});
