import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, type Answer } from './calls.js';
import { NotesApi } from './notes-api.js';

let api: NotesApi;

beforeAll(async () => {
  api = await NotesApi.start();
});

afterAll(async () => {
  await api.stop();
});

const write = (key: string, body: unknown, as = 'ADMIN') =>
  call(api, 'POST', '/api/v1/notes', { as, body, headers: { 'idempotency-key': key } });
const replayed = ({ headers }: Answer) => headers['idempotency-replayed'];
const kept = (key: string) =>
  api.database.rows<{ answer: string; resourceId: string | null }>('SELECT * FROM "IdempotencyKey" WHERE "key" = $1', [
    key,
  ]);

describe('an Idempotency-Key', () => {
  it('gets the first answer again, headers and all', async () => {
    const key = randomUUID();
    const first = await write(key, { title: 'once' });
    const second = await write(key, { title: 'once' });
    expect([first.status, replayed(first), second.status, replayed(second)]).toEqual([201, undefined, 201, 'true']);
    expect(second.body).toEqual(first.body);
    expect([second.headers['location'], second.headers['etag'], second.headers['content-type']]).toEqual([
      first.headers['location'],
      '"1"',
      first.headers['content-type'],
    ]);
    expect(await api.database.count('once')).toBe(1);
  });

  it('writes once for requests that come at the same time', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 15 }, () => write(key, { title: 'slow' })));
    const created = answers.filter(({ status }) => status === 201);
    const others = answers.filter(({ status }) => status !== 201);
    expect(created.filter((answer) => replayed(answer) === undefined)).toHaveLength(1);
    expect(others.map(({ status, body }) => [status, body.code])).toEqual(
      others.map(() => [409, 'idempotency_in_progress']),
    );
    expect(others.every(({ headers }) => headers['retry-after'] === '1')).toBe(true);
    expect(await api.database.count('slow')).toBe(1);
  });

  it('is refused with another body, path or query', async () => {
    const key = randomUUID();
    await write(key, { title: 'mine' });
    for (const body of [{ title: 'mine', stars: 1 }, { title: 'other' }]) {
      const answer = await write(key, body);
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused']);
    }
    expect((await write(key, { title: 'mine' })).status).toBe(201);
  });

  it("is another one in another actor's hands", async () => {
    const key = randomUUID();
    await write(key, { title: 'ada' }, 'ADMIN:ada');
    const answer = await write(key, { title: 'bob' }, 'ADMIN:bob');
    expect([answer.status, replayed(answer), answer.body.title]).toEqual([201, undefined, 'bob']);
  });

  it('keeps refusals of the state, and nothing that was written on the way', async () => {
    for (const [body, status, code] of [
      [{ title: 'taken' }, 409, 'slug_taken'],
      [{ title: 'refers', ticketId: randomUUID() }, 422, 'invalid_reference'],
    ] as const) {
      const key = randomUUID();
      const first = await write(key, body);
      const second = await write(key, body);
      expect([first.status, first.body.code, replayed(first)]).toEqual([status, code, undefined]);
      expect([second.status, second.body, replayed(second), second.headers['content-type']]).toEqual([
        status,
        { ...first.body, requestId: second.headers['x-request-id'] },
        'true',
        'application/problem+json; charset=utf-8',
      ]);
      expect(second.body.requestId).not.toBe(first.body.requestId);
      expect(await api.database.count(body.title)).toBe(0);
    }
  });

  it('forgets bad input', async () => {
    const key = randomUUID();
    expect((await write(key, { title: '' })).status).toBe(400);
    expect((await write(key, { title: 'mended' })).status).toBe(201);
  });

  it('forgets faults, with everything that was written on the way', async () => {
    const key = randomUUID();
    for (let i = 0; i < 2; i++) {
      const answer = await write(key, { title: 'broken' });
      expect([answer.status, replayed(answer)]).toEqual([500, undefined]);
    }
    expect(await api.database.count('broken')).toBe(0);
    expect(await kept(key)).toEqual([]);
  });

  it('is forgotten when its time is over', async () => {
    const key = randomUUID();
    await write(key, { title: 'first' });
    await api.database.rows(`UPDATE "IdempotencyKey" SET "expiresAt" = now() - interval '1 second' WHERE "key" = $1`, [
      key,
    ]);
    const answer = await write(key, { title: 'second' });
    expect([answer.status, replayed(answer), answer.body.title]).toEqual([201, undefined, 'second']);
  });

  it('keeps its answer sealed, beside the id of what was created', async () => {
    const key = randomUUID();
    const { body } = await write(key, { title: 'hush-hush' });
    const [row] = await kept(key);
    expect(row?.answer).not.toContain('hush');
    expect(Buffer.from(row?.answer ?? '', 'base64').toString('latin1')).not.toContain('hush');
    expect(row?.resourceId).toBe(body.id);
  });

  it('is 1 to 255 printable characters of ASCII', async () => {
    for (const key of ['', 'x'.repeat(256), 'caf\u00e9', 'a\tb']) {
      const answer = await write(key, { title: 'x' });
      expect([key, answer.status, answer.body.errors]).toEqual([
        key,
        400,
        [expect.objectContaining({ field: 'Idempotency-Key' })],
      ]);
    }
    for (const key of ['x'.repeat(255), 'a b', '~!"\''])
      expect((await write(`${key.slice(0, 219)}${randomUUID()}`, { title: 'x' })).status).toBe(201);
  });

  it('means nothing where nothing is created', async () => {
    const headers = { 'idempotency-key': '' };
    expect((await call(api, 'PATCH', '/api/v1/notes/x', { body: { title: 'x' }, headers })).status).toBe(200);
    expect((await call(api, 'POST', '/api/v1/notes/x/close', { headers })).status).toBe(200);
  });
});
