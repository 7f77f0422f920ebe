import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { describeAppApi } from 'app-api';
import { describeControlApi } from 'control-api';

let system: System;

beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.close());

// npm run check holds the documents that are made without serving to linters' rules.
describe('the OpenAPI document that is made without serving', () => {
  it('is the one that the app API serves', async () => {
    const { body } = await system.app.as().get('/docs/openapi.json');
    expect(JSON.parse(JSON.stringify(await describeAppApi()))).toEqual(body);
  });

  it('is the one that the control API serves', async () => {
    const { body } = await system.control.as().get('/docs/openapi.json');
    expect(JSON.parse(JSON.stringify(await describeControlApi()))).toEqual(body);
  });
});
