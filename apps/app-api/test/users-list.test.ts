import { sharedSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { walk } from './helpdesk.js';
import { invited, refusal } from './people.js';

const names = ['Äde', 'Zoe', 'amy', 'Bob', 'Bob', 'Bob', 'Cleo_1', 'Cleo%2', 'Dan\\3', "O'Neill", '陈伟', 'Zed'];

let system: System;
let acme: TestTenant;
let everybody: any[];

beforeAll(async () => {
  system = await sharedSystem();
  acme = await system.createTenant();
  for (const [i, name] of names.entries()) {
    await invited(acme.admin, `Person.${i}@list.example`, { name, role: i % 3 === 0 ? 'AGENT' : 'CUSTOMER' });
  }
  everybody = await walk(acme.admin, '/users?limit=5');
  await acme.admin.delete(`/users/${everybody[1].id}`);
  everybody = await walk(acme.admin, '/users');
});
afterAll(() => system?.close());

const list = (query: string) => acme.admin.get(`/users${query}`);
const namesOf = async (query: string) => (await list(query)).body.data.map(({ name }: { name: string }) => name);

describe('the list of users', () => {
  it('begins with the oldest, 25 to a page', async () => {
    const { body } = await list('');
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['Ada Admin', ...names]);
    expect(body.meta).toEqual({ limit: 25, hasMore: false, nextCursor: null });
  });

  it('counts all of them when asked to', async () => {
    const { body } = await list('?limit=2&include=total&role=agent');
    expect(body.meta).toMatchObject({ limit: 2, hasMore: true, total: 4 });
  });

  it('links to its next page', async () => {
    const { body, headers } = await list('?limit=2&sort=-name');
    const [, next] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
    expect(next).toContain(`cursor=${body.meta.nextCursor}`);
    const { body: second } = await acme.admin.get(next ?? '');
    expect(second.data).toHaveLength(2);
    expect(second.data).not.toContainEqual(body.data[0]);
  });

  const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const byUnicode = new Intl.Collator('en').compare;
  const keys: Record<string, (user: any) => string> = {
    createdAt: ({ createdAt }) => createdAt,
    name: ({ name }) => name,
    email: ({ email }) => email.toLowerCase(),
  };

  it.each(Object.keys(keys).flatMap((field) => [field, `-${field}`]))(
    'is walked whole in the order of %s',
    async (sort) => {
      const keyOf = keys[sort.replace('-', '')] ?? String;
      const rows = await walk(acme.admin, `/users?limit=3&sort=${sort}`);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(everybody.length);
      const sorted = rows.map(keyOf).sort(sort.endsWith('name') ? byUnicode : byCodePoint);
      expect(rows.map(keyOf)).toEqual(sort.startsWith('-') ? sorted.reverse() : sorted);
    },
  );

  it('neither skips nor repeats those who were there while others come', async () => {
    const rows = await walk(acme.admin, '/users?limit=4&sort=name', async () => {
      await invited(acme.admin, `late-${Math.random()}@list.example`, { name: 'Bab' });
    });
    const seen = rows.map(({ id }) => id);
    expect(everybody.filter(({ id }) => seen.filter((other) => other === id).length !== 1)).toEqual([]);
    everybody = await walk(acme.admin, '/users?limit=100');
  });

  it.each<[string, (user: any) => boolean]>([
    ['role=ADMIN', ({ role }) => role === 'ADMIN'],
    ['role=agent,Admin', ({ role }) => role !== 'CUSTOMER'],
    ['status=disabled', ({ status }) => status === 'DISABLED'],
    ['status=invited,active', ({ status }) => status !== 'DISABLED'],
    ['role=customer&status=invited', ({ role, status }) => role === 'CUSTOMER' && status === 'INVITED'],
    ['q=BOB', ({ name }) => name === 'Bob'],
    ['q=person.1', ({ email }) => email.includes('Person.1')],
    ['q=o', ({ name, email }) => `${name} ${email}`.toLowerCase().includes('o')],
    ['q=nobody+has+this', () => false],
  ])('is filtered by %s', async (query, isMeant) => {
    const rows = await walk(acme.admin, `/users?limit=4&${query}`);
    expect(rows).toEqual(everybody.filter(isMeant));
  });

  it.each([
    ['%25', ['Cleo%2']],
    ['_', ['Cleo_1']],
    ['\\', ['Dan\\3']],
    ["'", ["O'Neill"]],
    ['äde', ['Äde']],
    ['陈', ['陈伟']],
  ])('takes %s in q for what it is', async (q, expected) => {
    expect(await namesOf(`?q=${q}`)).toEqual(expected);
  });

  it.each([
    ['role', 'role=owner'],
    ['role', 'role='],
    ['status', 'status=invited,gone'],
    ['sort', 'sort=role'],
    ['sort', 'sort=passwordHash'],
    ['limit', 'limit=0'],
    ['limit', 'limit=101'],
    ['q', 'q='],
    ['include', 'include=everything'],
    ['password', 'password=x'],
    ['role', 'role=agent&role=admin'],
  ])('refuses %s by %s', async (field, query) => {
    const answer = await list(`?${query}`);
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });

  it.each([
    ['a letter too many', 'oonneill', "O'Neill"],
    ['two letters swapped', 'claer', 'Clare Winter'],
    ['a letter missing', 'Clre', 'Clare Winter'],
    ['a slip in the second word', 'clare wintre', 'Clare Winter'],
  ])('finds by %s, when nobody is called so', async (_, q, name) => {
    if ((await namesOf('?q=clare')).length === 0)
      await invited(acme.admin, 'clare.winter@list.example', { name: 'Clare Winter', role: 'CUSTOMER' });
    expect(await namesOf(`?q=${encodeURIComponent(q)}`)).toContain(name);
  });

  it('finds nobody who is only a little alike, and nobody alike while somebody is called so', async () => {
    expect(await namesOf('?q=nobody.is.called.so@list.example')).toEqual([]);
    await invited(acme.admin, 'clara@list.example', { name: 'Clara Winters', role: 'CUSTOMER' });
    expect(await namesOf('?q=winters')).toEqual(['Clara Winters']);
    expect(await namesOf('?q=wintersx&role=agent')).toEqual([]);
    expect(await namesOf('?q=wintersx&role=customer')).toEqual(expect.arrayContaining(['Clara Winters']));
  });

  it('finds by a whole address who has it, or nobody, and by `email` alike', async () => {
    const kim = await invited(acme.admin, 'kim.lee@y.example', { name: 'Kim', role: 'CUSTOMER' });
    await invited(acme.admin, 'Jürgen@Straße.example', { name: 'Jürgen', role: 'CUSTOMER' });
    await invited(acme.admin, 'root@intranet', { name: 'Root', role: 'CUSTOMER' });
    await invited(acme.admin, 'xroot@intranet', { name: 'Rooter', role: 'CUSTOMER' });
    const found = async (query: string) => (await walk(acme.admin, `/users?${query}`)).map(({ email }) => email);
    const both = async (address: string) => [
      await found(`q=${encodeURIComponent(address)}`),
      await found(`email=${encodeURIComponent(address)}`),
    ];
    expect(kim).toBeDefined();
    expect(await both('KIM.lee@y.example')).toEqual([['kim.lee@y.example'], ['kim.lee@y.example']]);
    expect(await both('Ju\u0308rgen@straße.example')).toEqual([['Jürgen@Straße.example'], ['Jürgen@Straße.example']]);
    expect(await both('root@intranet')).toEqual([['root@intranet'], ['root@intranet']]);
    for (const stranger of ['lee@y.example', 'kim.lee@y.exampl', 'im.lee@y.example', 'kim.lee@y.example.org'])
      expect([stranger, ...(await both(stranger))]).toEqual([stranger, [], []]);
    expect(await found('q=kim.lee%40y')).toEqual(['kim.lee@y.example']);
    expect(await found('email=kim.lee%40y.example&role=agent')).toEqual([]);
    expect(refusal(await list('?email=kim'))).toEqual([400, 'validation_failed']);
  });

  it.each([
    '<@>',
    '"@"',
    '“@”',
    "'@'",
    '(@)',
    '@,',
    '@;',
    '@.',
    'Carl <@>',
    '"Customer, Carl" <@>,',
    'mailto:@',
    '<mailto:@?subject=x>',
  ])('finds by an address pasted as %s who has it, or nobody', async (wrapping) => {
    const found = async (address: string) =>
      (await walk(acme.admin, `/users?q=${encodeURIComponent(wrapping.replace('@', address))}`)).map(
        ({ email }) => email,
      );
    if ((await list('?email=cu9@cust.example')).body.data.length === 0)
      for (const name of ['cu9', 'xcu9', 'cu99', 'cu8'])
        await invited(acme.admin, `${name}@cust.example`, { name: 'Carl Customer', role: 'CUSTOMER' });
    expect(await found('cu9@cust.example')).toEqual(['cu9@cust.example']);
    for (const nobodys of ['cu7@cust.example', 'u9@cust.example', 'cu9@cust.exampl'])
      expect(await found(nobodys)).toEqual([]);
  });

  it.each(['cu0@cust', 'cu0@', 'x@', 'clare.wintr@list', '@cust.exampel', 'Carl Custmer cu0@cust.example'])(
    'guesses nobody by %s, which holds an @',
    async (q) => {
      expect(await namesOf(`?q=${encodeURIComponent(q)}`)).toEqual([]);
    },
  );

  it('has cursors for its tenant, sort and filters alone', async () => {
    const { body } = await list('?limit=2&sort=name&role=agent');
    const cursor = body.meta.nextCursor;
    expect((await list(`?limit=5&sort=name&role=agent&cursor=${cursor}`)).status).toBe(200);
    const globex = await system.createTenant();
    const uses = [
      list(`?sort=-name&role=agent&cursor=${cursor}`),
      list(`?sort=name&cursor=${cursor}`),
      list(`?sort=name&role=agent&q=a&cursor=${cursor}`),
      list(`?sort=name&role=agent&cursor=${cursor}x`),
      acme.admin.get(`/tickets?cursor=${cursor}`),
      globex.admin.get(`/users?sort=name&role=agent&cursor=${cursor}`),
    ];
    for (const use of uses) expect(refusal(await use)).toEqual([400, 'invalid_cursor']);
  });
});
