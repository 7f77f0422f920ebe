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

const list = (query = '') => call(api, 'GET', `/api/v1/notes${query}`);
const numbers = (body: any) => (body.data as { number: number }[]).map(({ number }) => number);

describe('a list', () => {
  it('says how it was cut', async () => {
    expect((await list()).body?.meta).toEqual({ limit: 25, hasMore: false, nextCursor: null });
    expect((await list('?limit=7')).body?.meta).toMatchObject({ limit: 7, hasMore: false, nextCursor: null });
    expect((await list('?limit=6')).body?.meta).toMatchObject({
      limit: 6,
      hasMore: true,
      nextCursor: expect.any(String),
    });
    expect((await list('?limit=1&include=total')).body?.meta.total).toBe(7);
  });

  it('is walked by its cursors', async () => {
    const seen: number[] = [];
    for (let query = '?limit=3'; query !== '';) {
      const { body } = await list(query);
      seen.push(...numbers(body));
      query = body.meta.nextCursor === null ? '' : `?limit=3&cursor=${body.meta.nextCursor}`;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is walked by its links, which keep the filters', async () => {
    const first = await list('?limit=3&kind=call%2Cvisit&sort=-number');
    const [, target] = /^<([^>]*)>; rel="next"$/.exec(first.headers['link'] ?? '') ?? [];
    expect(target).toMatch(/^\/api\/v1\/notes\?/);
    expect(Object.fromEntries(new URL(target ?? '', api.origin).searchParams)).toMatchObject({
      limit: '3',
      kind: 'call,visit',
      sort: '-number',
    });
    const second = await call(api, 'GET', target ?? '');
    expect(numbers(second.body)).toEqual([4, 5, 6]);
    const [, last] = /^<([^>]*)>/.exec(second.headers['link'] ?? '') ?? [];
    const third = await call(api, 'GET', last ?? '');
    expect([numbers(third.body), third.headers['link']]).toEqual([[7], undefined]);
  });
});

describe('a cursor', () => {
  it('is refused when it is malformed', async () => {
    const { body } = await list('?limit=3');
    const genuine = String(body.meta.nextCursor);
    const bent = [
      `${genuine}x`,
      genuine.slice(0, -1),
      genuine.slice(1),
      `${genuine}=`,
      genuine.toLowerCase(),
      'x',
      'null',
      '0',
      '%22',
      'e30',
      Buffer.from('[3]').toString('base64url'),
      Buffer.from(JSON.stringify({ number: 3 })).toString('base64url'),
      `${genuine}.${genuine}`,
      'x'.repeat(4000),
    ];
    for (const cursor of bent) {
      const answer = await list(`?limit=3&cursor=${cursor}`);
      expect([cursor, answer.status, answer.body?.code]).toEqual([cursor, 400, 'invalid_cursor']);
    }
    for (const cursor of ['', '%00', '%20', 'x'.repeat(5000)])
      expect([cursor, (await list(`?limit=3&cursor=${cursor}`)).status]).toEqual([cursor, 400]);
  });

  it('is refused with another sort or filter than it came from', async () => {
    const { body } = await list('?limit=3&kind=call');
    const cursor = String(body.meta.nextCursor);
    for (const query of [
      `?cursor=${cursor}`,
      `?kind=visit&cursor=${cursor}`,
      `?kind=call&sort=number&cursor=${cursor}`,
    ])
      expect([query, (await list(query)).body?.code]).toEqual([query, 'invalid_cursor']);
  });

  it('may be used with another limit', async () => {
    const { body } = await list('?limit=3');
    expect(numbers((await list(`?limit=1&cursor=${body.meta.nextCursor}`)).body)).toEqual([4]);
  });
});
