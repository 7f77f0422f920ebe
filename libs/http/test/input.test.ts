import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, lines, raw, type Answer } from './calls.js';
import { NotesApi } from './notes-api.js';

let api: NotesApi;

beforeAll(async () => {
  api = await NotesApi.start();
});

afterAll(async () => {
  await api.stop();
});

const write = (body: unknown, headers = {}) => call(api, 'POST', '/api/v1/notes', { body, headers });
const list = (query: string) => call(api, 'GET', `/api/v1/notes?${query}`);
const fieldsOf = ({ body }: Answer): string[][] =>
  (body.errors as { field: string; code: string }[]).map(({ field, code }) => [field, code]);
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('bodies', () => {
  it('are JSON in UTF-8', async () => {
    const malformed = [
      '{',
      '{"title":"x"',
      "{'title':'x'}",
      '{"title":"x",}',
      'title=x',
      '\ufeff\ufeff{}',
      '{"title":"\u0001"}',
      'NaN',
      '',
      ' ',
      Buffer.from([0x7b, 0xff, 0x7d]),
      Buffer.from('{"title":"x"}', 'utf16le'),
    ];
    for (const body of malformed) {
      const answer = await write(body);
      expect([body, answer.status, answer.body?.code]).toEqual([body, 400, 'malformed_json']);
    }
  });

  it('are objects', async () => {
    for (const body of ['[]', '"x"', '7', 'null', 'true', '[{"title":"x"}]']) {
      const answer = await write(body);
      expect([body, answer.status, fieldsOf(answer)]).toEqual([body, 400, [['(body)', 'not_an_object']]]);
    }
  });

  it('of another type are refused', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      'application/vnd.api+json',
      'nonsense',
      '',
      'application/json, text/plain',
    ]) {
      const answer = await write('{"title":"x"}', { 'content-type': type });
      expect([type, answer.status, answer.body?.code]).toEqual([type, 415, 'unsupported_media_type']);
    }
  });

  it('that are mail messages are refused before they have come, on public routes too', async () => {
    for (const path of ['notes', 'oddities/open']) {
      const head = [`POST /api/v1/${path} HTTP/1.1`, 'Host: a', 'X-Team: acme', 'Authorization: Bearer ADMIN'];
      const answer = await raw(api, lines(...head, 'Content-Type: message/rfc822', 'Content-Length: 20000000'));
      expect([path, answer.status, answer.body?.code]).toEqual([path, 415, 'unsupported_media_type']);
    }
  });

  it('may name their charset', async () => {
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset=UTF-8'])
      expect((await write({ title: 'x' }, { 'content-type': type })).status).toBe(201);
  });

  it('that are compressed are refused', async () => {
    const answer = await write('{"title":"x"}', { 'content-encoding': 'gzip' });
    expect([answer.status, answer.body?.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('of more than 1 MiB are refused', async () => {
    const sized = (bytes: number) => `{"title":"x"${' '.repeat(bytes - 13)}}`;
    expect((await write(sized(1024 * 1024))).status).toBe(201);
    const answer = await write(sized(1024 * 1024 + 1));
    expect([answer.status, answer.body?.code]).toEqual([413, 'payload_too_large']);
    expect((await write(sized(2 * 1024 * 1024))).status).toBe(413);
  });

  it('that come in chunks count in full', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(700 * 1024));
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(chunk);
        controller.enqueue(chunk);
        controller.close();
      },
    });
    const response = await fetch(`${api.origin}/api/v1/notes`, {
      method: 'POST',
      headers: { 'x-team': 'acme', authorization: 'Bearer ADMIN', 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });

  it('nest 32 levels deep and no deeper', async () => {
    expect(fieldsOf(await write(nested(32)))).toEqual([
      ['a', 'unknown_field'],
      ['title', 'required'],
    ]);
    for (const body of [
      nested(33),
      `{"title":${'['.repeat(32)}${']'.repeat(32)}}`,
      nested(100_000),
      '['.repeat(500_000),
    ]) {
      const answer = await write(body);
      expect([answer.status, answer.body?.code]).toEqual([400, 'malformed_json']);
    }
  });

  it('hold neither NUL nor half a surrogate pair, in values and keys alike', async () => {
    for (const text of ['\\u0000', 'a\\u0000b', '\\ud800', '\\udc00\\ud800', 'x\\udfff']) {
      expect(fieldsOf(await write(`{"title":"${text}"}`))).toEqual([['title', 'invalid_characters']]);
      expect(fieldsOf(await write(`{"title":"x","tags":["a","${text}"]}`))).toEqual([['tags.1', 'invalid_characters']]);
      expect(fieldsOf(await write(`{"title":"x","place":{"room":"${text}"}}`))).toEqual([
        ['place.room', 'invalid_characters'],
      ]);
      const key = await write(`{"title":"x","a${text}":1}`);
      expect([text, key.status, key.body?.code]).toEqual([text, 400, 'validation_failed']);
    }
    expect((await write('{"title":"\\ud83d\\ude00"}')).body?.title).toBe('😀');
  });

  it('reach no prototype', async () => {
    for (const body of [
      '{"title":"x","__proto__":{"stars":5}}',
      '{"title":"x","constructor":{"prototype":{"a":1}}}',
      '{"__proto__":{"title":"x"}}',
      '{"title":"x","place":{"room":"a","__proto__":{"floor":1}}}',
      '{"title":"x","prototype":1}',
      '{"title":"x","toString":1}',
      '{"title":"x","hasOwnProperty":"x"}',
    ]) {
      const answer = await write(body);
      expect([body, answer.status, answer.body?.code]).toEqual([body, 400, 'validation_failed']);
    }
    expect(({} as { stars?: unknown }).stars).toBeUndefined();
  });

  it('of no bytes are no body, where none is needed', async () => {
    for (const headers of [{}, { 'content-type': 'application/json' }])
      expect((await call(api, 'POST', '/api/v1/notes/x/close', { headers })).status).toBe(200);
    const answer = await call(api, 'POST', '/api/v1/notes');
    expect(fieldsOf(answer)).toEqual([['title', 'required']]);
  });

  it('are refused by routes that take none, unless they are empty objects', async () => {
    expect((await call(api, 'POST', '/api/v1/notes/x/close', { body: {} })).status).toBe(200);
    expect(fieldsOf(await call(api, 'POST', '/api/v1/notes/x/close', { body: { force: true, soon: 1 } }))).toEqual([
      ['force', 'unknown_field'],
      ['soon', 'unknown_field'],
    ]);
    expect((await call(api, 'POST', '/api/v1/notes/x/close', { body: [] })).status).toBe(400);
    expect((await call(api, 'DELETE', '/api/v1/notes/x', { body: { force: true } })).status).toBe(400);
  });
});

describe('fields', () => {
  it('that are unknown are an error each, beside those of known ones', async () => {
    expect(fieldsOf(await write({ title: '', nonsense: 1, Title: 'x', kind: 'SONG' })).sort()).toEqual([
      ['Title', 'unknown_field'],
      ['kind', 'unknown_value'],
      ['nonsense', 'unknown_field'],
      ['title', 'empty'],
    ]);
  });

  it('are named by dotted paths', async () => {
    expect(fieldsOf(await write({ title: 'x', place: { floor: 100, door: 1 } })).sort()).toEqual([
      ['place.door', 'unknown_field'],
      ['place.floor', 'out_of_range'],
      ['place.room', 'required'],
    ]);
    expect(fieldsOf(await write({ title: 'x', place: 'here' }))).toEqual([['place', 'not_an_object']]);
    expect(fieldsOf(await write({ title: 'x', place: [] }))).toEqual([['place', 'not_an_object']]);
  });

  it('are trimmed before they are counted, in code points', async () => {
    expect((await write({ title: '  1234567890\t' })).body?.title).toBe('1234567890');
    expect((await write({ title: '😀'.repeat(10) })).status).toBe(201);
    expect(fieldsOf(await write({ title: '😀'.repeat(11) }))).toEqual([['title', 'too_long']]);
    for (const blank of ['', '   ', '\n\t', '\u00a0'])
      expect(fieldsOf(await write({ title: blank }))).toEqual([['title', 'empty']]);
  });

  it('are never coerced', async () => {
    const wrong: [string, unknown, string][] = [
      ['title', 7, 'not_text'],
      ['title', true, 'not_text'],
      ['title', ['x'], 'not_text'],
      ['title', { a: 'x' }, 'not_text'],
      ['stars', '3', 'out_of_range'],
      ['stars', 2.5, 'out_of_range'],
      ['stars', 1e300, 'out_of_range'],
      ['stars', true, 'out_of_range'],
      ['stars', [3], 'out_of_range'],
      ['pinned', 'true', 'not_a_flag'],
      ['pinned', 1, 'not_a_flag'],
      ['pinned', 'false', 'not_a_flag'],
      ['kind', 'call', 'unknown_value'],
      ['kind', ['CALL'], 'unknown_value'],
      ['email', 'nobody', 'malformed'],
      ['email', ['a@b.example'], 'not_text'],
      ['ticketId', '7', 'malformed'],
      ['ticketId', 7, 'malformed'],
      ['dueAt', 0, 'malformed'],
      ['dueAt', '2026-02-30', 'malformed'],
      ['dueAt', '2026-01-01T25:00:00Z', 'malformed'],
      ['dueAt', 'tomorrow', 'malformed'],
      ['tags', 'a,b', 'not_a_list'],
      ['tags', { 0: 'a', length: 1 }, 'not_a_list'],
      ['tags', ['a', 'b', 'c', 'd'], 'too_many'],
      ['tags', ['a', 7], 'malformed'],
      ['tags', ['A'], 'malformed'],
    ];
    for (const [field, value, code] of wrong) {
      const answer = await write({ title: 'x', [field]: value });
      expect([field, value, answer.status, fieldsOf(answer)]).toEqual([field, value, 400, [[field, code]]]);
    }
  });

  it('may be null where that clears them, and nowhere else', async () => {
    const answer = await write({ title: 'x', email: null, ticketId: null, dueAt: null, place: null });
    expect([answer.status, answer.body?.input]).toEqual([
      201,
      { title: 'x', email: null, ticketId: null, dueAt: null, place: null },
    ]);
    expect(
      fieldsOf(await write({ title: null, kind: null, stars: null, pinned: null, tags: null })).map(([, code]) => code),
    ).toEqual(Array(5).fill('not_null'));
  });

  it('that were not sent are not there', async () => {
    expect((await write({ title: 'x' })).body?.input).toEqual({ title: 'x' });
  });

  it('lose what a list says twice', async () => {
    expect((await write({ title: 'x', tags: ['a', ' a', 'b'] })).body?.input.tags).toEqual(['a', 'b']);
  });
});

describe('queries', () => {
  it('name each parameter once', async () => {
    for (const query of ['limit=1&limit=2', 'kind=call&kind=visit', 'limit[]=1&limit[]=2', 'limit[a]=1'])
      expect([query, (await list(query)).status]).toEqual([query, 400]);
    expect(fieldsOf(await list('limit=1&limit=2'))).toEqual([['limit', 'repeated']]);
  });

  it('name no parameter that the route does not know', async () => {
    for (const name of ['nonsense', 'Limit', '__proto__', 'constructor', 'toString', 'a%00b', '%F0%9F%98%80']) {
      const answer = await list(`${name}=1`);
      expect([name, answer.status, answer.body?.code]).toEqual([name, 400, 'validation_failed']);
    }
    expect(fieldsOf(await call(api, 'GET', '/api/v1/notes/x?fields=id'))).toEqual([['fields', 'unknown_field']]);
    expect(fieldsOf(await call(api, 'POST', '/api/v1/notes?dry=1', { body: { title: 'x' } }))).toEqual([
      ['dry', 'unknown_field'],
    ]);
  });

  it('read their values strictly', async () => {
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=-1',
      'limit=1.5',
      'limit=1e1',
      'limit=',
      'limit=x',
      'limit=%31%00',
      'limit=99999999999999999999',
      'sort=title',
      'sort=',
      'sort=--number',
      'kind=song',
      'kind=',
      'kind=call,',
      'above=10',
      'author=you',
      'include=all',
      'q=',
      'q=%20',
      'q=%00',
      'q=12345678901',
    ]) {
      const answer = await list(query);
      expect([query, answer.status, answer.body?.code]).toEqual([query, 400, 'validation_failed']);
      expect(answer.body.errors).toHaveLength(1);
    }
  });

  it('take enum values in any case, comma separated', async () => {
    for (const query of [
      'kind=call',
      'kind=CALL,visit',
      'kind=Letter%2Ccall',
      'kind=call, visit',
      'limit=100',
      'sort=-number',
      'author=me',
      'author=00000000-0000-7000-8000-000000000001',
      'above=0',
      '',
    ])
      expect([query, (await list(query)).status]).toEqual([query, 200]);
  });

  it('are judged anew after an answer from memory', async () => {
    for (let i = 0; i < 3; i++) {
      expect((await list('limit=2')).body?.data).toHaveLength(2);
      expect((await list('limit=200')).status).toBe(400);
    }
  });
});

describe('forms', () => {
  it('have a boundary of a length that RFC 2046 knows', async () => {
    const send = (boundary: string) =>
      call(api, 'POST', '/api/v1/oddities/file', {
        body: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n--${boundary}--\r\n`,
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      });
    const whole = await send('b'.repeat(70));
    expect([whole.status, whole.body]).toEqual([200, { word: 'hello' }]);
    const answer = await send('b'.repeat(300));
    expect([answer.status, answer.body?.code]).toEqual([400, 'malformed_request']);
  });
});

describe('If-Match', () => {
  it('names one version, or any', async () => {
    const remove = (value: string) => call(api, 'DELETE', '/api/v1/notes/x', { headers: { 'if-match': value } });
    for (const value of ['"1"', '*', ' "1" ']) expect([value, (await remove(value)).status]).toEqual([value, 204]);
    for (const value of ['"2"', 'W/"1"', '"abc"', '"01x"', '""']) {
      const answer = await remove(value);
      expect([value, answer.status, answer.body?.code, answer.body?.currentVersion]).toEqual([
        value,
        412,
        'version_conflict',
        1,
      ]);
    }
    for (const value of ['1', '"1', '"1", "2"', 'x', "'1'"])
      expect([value, (await remove(value)).status]).toEqual([value, 400]);
  });
});
