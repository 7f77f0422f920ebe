import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, until, urlOf, type System, type TestTenant, type User } from '@helpdeskly/testing';
import { contentOf } from './backing-up.js';

let system: System;

beforeAll(async () => {
  system = await sharedSystem();
});

const slugOf = () => `c-${Math.random().toString(36).slice(2, 12)}`;
const readTenant = async (id: string) => (await system.operator.get(`/tenants/${id}`)).body;

/** The clone, once it has been made, and its admin, who has accepted the operators' invitation. */
async function cloned(tenant: Pick<TestTenant, 'id'>, input: object = {}) {
  const slug = slugOf();
  const answer = await system.operator.post(`/tenants/${tenant.id}/clone`, { slug, name: 'The clone', ...input });
  expect([answer.status, answer.body.status]).toEqual([202, 'PROVISIONING']);
  expect(answer.headers.get('location')).toBe(`/api/v1/tenants/${answer.body.id}`);
  await until(
    async () => (await readTenant(answer.body.id)).status === 'ACTIVE',
    () => readTenant(answer.body.id),
  );
  const { body: invited } = await system.operator.post(`/tenants/${answer.body.id}/admin-invitation`);
  const visitor = system.app.as({ 'x-tenant-slug': slug });
  const password = 'another password of many words';
  const accepted = await visitor.post('/auth/invitations/accept', { token: invited.token, password });
  expect(accepted.status).toBe(200);
  const admin = visitor.with({ authorization: `Bearer ${accepted.body.accessToken}` });
  return { tenant: await readTenant(answer.body.id), visitor, admin, email: invited.email };
}

async function upload(by: Pick<User, 'post'>, content: string, name: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'text/plain' }), name);
  const { status, body } = await by.post('/attachments', form);
  expect(status).toBe(201);
  return body.id;
}

/** Words that stand nowhere but where these tests write them. */
const words = ['Zwirbelkopf', 'Quenzel', 'zwirbelkopf@quenzel.example', 'Knarrenschnur', 'Blubberlutsch', 'Pfrontzen'];

/** A helpdesk that has such words in as many places as the API reaches. */
async function wordy() {
  const tenant = await system.createTenant();
  const { admin } = tenant;
  const made = async (path: string, input: object) => {
    const { status, body } = await admin.post(path, input);
    expect([path, status]).toEqual([path, 201]);
    return body;
  };
  const organization = await made('/organizations', { name: 'Quenzel Partners' });
  const customer = await made('/users', {
    email: 'Zwirbelkopf@quenzel.example',
    name: 'Zilla Zwirbelkopf',
    role: 'CUSTOMER',
    organizationId: organization.id,
  });
  const group = await made('/groups', { name: 'Pfrontzen' });
  const ticket = await made('/tickets', {
    title: 'The Knarrenschnur is torn',
    description: 'Zilla Zwirbelkopf <zwirbelkopf@quenzel.example> tore it.\nTwice.',
    tags: ['blubberlutsch', 'urgent-thing'],
    authorId: customer.id,
    groupId: group.id,
  });
  const other = await made('/tickets', { title: 'Another Knarrenschnur', description: 'x', authorId: customer.id });
  const file = await upload(admin, 'Knarrenschnur', 'knarrenschnur.txt');
  await made(`/tickets/${ticket.id}/comments`, { body: 'Blubberlutsch!', attachmentIds: [file] });
  await made(`/tickets/${ticket.id}/links`, { type: 'RELATED', ticketId: other.id });
  await made('/views', { name: 'Pfrontzen first', filters: { q: 'Knarrenschnur' } });
  await made('/macros', { name: 'Blubberlutsch', reply: { body: 'Knarrenschnur', visibility: 'PUBLIC' }, changes: {} });
  await made('/webhooks', { url: 'https://quenzel.example/a', description: 'Pfrontzen' });
  await made('/api-keys', { name: 'Pfrontzen', role: 'AGENT', scopes: ['tickets:read'] });
  expect((await admin.patch(`/tickets/${ticket.id}`, { title: 'Knarrenschnur, still torn' })).status).toBe(200);
  expect((await admin.patch(`/users/${customer.id}`, { name: 'Zilla Quenzel' })).status).toBe(200);
  return { tenant, customer, ticket, other, file };
}

/** The words that any row of a database has in any of its columns, written in any way. */
const wordsIn = (database: string) =>
  connected(urlOf(database), async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I', relname) AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    const found = new Set<string>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT lower(t::text) AS row FROM public.${name} t`);
      for (const { row } of rows)
        for (const word of words) if (row.includes(word.toLowerCase())) found.add(`${word} in ${name}`);
    }
    return [...found];
  });

describe('a clone', () => {
  it('holds what the original holds, but for what somebody signs in with, and goes its own way', async () => {
    const { tenant, ticket, customer, file } = await wordy();
    const { tenant: clone, admin, visitor, email } = await cloned(tenant);
    expect(clone).toMatchObject({ name: 'The clone', plan: 'standard', schemaPending: 0 });
    expect(email).toBe(tenant.admin.email);
    const { body: copied } = await admin.get(`/tickets/${ticket.id}`);
    expect(copied).toMatchObject({ title: 'Knarrenschnur, still torn', tags: ['blubberlutsch', 'urgent-thing'] });
    expect((await admin.get(`/users/${customer.id}`)).body).toMatchObject({ name: 'Zilla Quenzel', status: 'INVITED' });
    expect(await contentOf(system, admin, clone.slug, file)).toBe('Knarrenschnur');
    expect((await admin.get('/tickets?q=Knarrenschnur')).body.data).toHaveLength(2);
    expect((await admin.get('/settings')).body.outgoingMail).toBe(false);
    expect((await admin.get('/webhooks')).body.data.map((each: any) => each.enabled)).toEqual([false]);
    expect((await admin.get('/api-keys')).body.data).toEqual([]);
    const password = 'a password of many words';
    expect((await visitor.post('/auth/login', { email: tenant.admin.email, password })).status).toBe(401);
    const { refreshToken, accessToken } = tenant.admin;
    expect((await visitor.post('/auth/refresh', { refreshToken })).status).toBe(401);
    expect((await visitor.with({ authorization: `Bearer ${accessToken}` }).get('/tickets')).status).toBe(401);
    expect((await admin.post('/tickets', { title: 'x', description: 'x' })).body.number).toBe(3);
    expect((await tenant.admin.get('/tickets')).body.data).toHaveLength(2);
    const sealed = await connected(urlOf(clone.databaseName), async (client) => {
      const { rows } = await client.query<{ n: number }>(
        `SELECT (SELECT count(*) FROM "Webhook" WHERE "sealedSecret" LIKE 'v1.%')::int AS n`,
      );
      return rows;
    });
    expect(sealed).toEqual([{ n: 1 }]);
  });

  it('has the admins that the original has by now', async () => {
    const tenant = await system.createTenant();
    const other = await tenant.user('ADMIN');
    const email = `moved-${tenant.admin.email}`;
    expect((await tenant.admin.patch(`/users/${tenant.admin.id}`, { email })).status).toBe(200);
    expect((await cloned(tenant)).email).toBe(email);
    expect((await other.post(`/users/${tenant.admin.id}/anonymize`)).status).toBe(200);
    const { admin, email: invited } = await cloned(tenant);
    expect(invited).toBe(other.email);
    const { body: users } = await admin.get('/users');
    expect(users.data.map((user: any) => [user.id, user.status]).sort()).toEqual(
      [
        [tenant.admin.id, 'DISABLED'],
        [other.id, 'ACTIVE'],
      ].sort(),
    );
    expect(JSON.stringify(users)).not.toContain(tenant.admin.email);
  });

  it('is audited by both helpdesks and by the platform', async () => {
    const tenant = await system.createTenant();
    const { tenant: clone, admin } = await cloned(tenant);
    const own = async (by: Pick<User, 'get'>) =>
      (await by.get('/audit-events?type=CLONED_BY_OPERATOR')).body.data.map((each: any) => each.details);
    expect(await own(tenant.admin)).toEqual([{ to: clone.slug, tenantId: clone.id, anonymized: false }]);
    expect((await own(admin))[0]).toEqual({ from: tenant.slug });
    const { body: events } = await system.operator.get(`/tenants/${tenant.id}/events`);
    const event = events.data.find(({ action }: { action: string }) => action === 'tenant.cloned');
    expect(event.details).toEqual({ tenantId: clone.id, slug: clone.slug, anonymize: false });
    const { body: created } = await system.operator.get(`/tenants/${clone.id}/events`);
    expect(created.data.at(-1).details.copyOf).toEqual({ tenantId: tenant.id, kind: 'CLONE' });
  });

  it('is refused like a tenant that cannot be created, and one with everybody’s data to all but OWNERs', async () => {
    const tenant = await system.createTenant();
    const path = `/tenants/${tenant.id}/clone`;
    const { body: key } = await system.operator.post('/api-keys', { name: 'operator', role: 'OPERATOR' });
    const operator = system.control.as({ authorization: `Bearer ${key.key}` });
    const answers = [
      await system.operator.post(path, { slug: slugOf() }),
      await system.operator.post(path, { slug: 'UPPER', name: 'x' }),
      await system.operator.post(path, { slug: slugOf(), name: 'x', anonymize: 'yes' }),
      await system.operator.post(path, { slug: tenant.slug, name: 'x' }),
      await operator.post(path, { slug: slugOf(), name: 'x' }),
      await system.operator.post(`/tenants/${slugOf()}/clone`, { slug: slugOf(), name: 'x' }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      ...Array.from({ length: 3 }, () => [400, 'validation_failed']),
      [409, 'slug_taken'],
      [403, 'forbidden'],
      [404, 'not_found'],
    ]);
    const deleted = await system.createTenant();
    expect((await system.operator.delete(`/tenants/${deleted.id}`)).status).toBe(202);
    const refused = await system.operator.post(`/tenants/${deleted.id}/clone`, { slug: slugOf(), name: 'x' });
    expect([refused.status, refused.body.code, refused.body.from]).toEqual([409, 'invalid_transition', 'DELETING']);
    const input = { slug: slugOf(), name: 'x', anonymize: true };
    const headers = { 'idempotency-key': `clone-${input.slug}` };
    const [first, again] = [
      await operator.post(path, input, { headers }),
      await operator.post(path, input, { headers }),
    ];
    expect([first.status, again.status, again.body.id]).toEqual([202, 202, first.body.id]);
  });
});

describe('an anonymized clone', () => {
  it('holds none of the original’s words, and the same person is the same one everywhere', async () => {
    const { tenant, ticket, other, customer, file } = await wordy();
    expect(await wordsIn(tenant.databaseName)).toEqual(expect.arrayContaining(['Knarrenschnur in "Ticket"']));
    const { tenant: clone, admin } = await cloned(tenant, { anonymize: true });
    expect(await wordsIn(clone.databaseName)).toEqual([]);
    const { body: stranger } = await admin.get(`/users/${customer.id}`);
    expect(stranger.email).toMatch(/^[a-z]+\.[a-z]+\.[a-z0-9]+@example\.com$/);
    expect(stranger.name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
    expect(stranger.email.startsWith(stranger.name.toLowerCase().replace(' ', '.'))).toBe(true);
    const [one, two] = [
      (await admin.get(`/tickets/${ticket.id}`)).body,
      (await admin.get(`/tickets/${other.id}`)).body,
    ];
    expect([one.authorId, two.authorId]).toEqual([customer.id, customer.id]);
    expect([one.number, one.status, one.tags.length, one.commentCount]).toEqual([1, 'OPEN', 2, 1]);
    expect((await admin.get(`/tickets?q=${encodeURIComponent(`"${one.title}"`)}`)).body.data).toContainEqual(
      expect.objectContaining({ id: ticket.id }),
    );
    expect(await contentOf(system, admin, clone.slug, file)).toContain('anonymized copy');
    const usage = await connected(urlOf(clone.databaseName), async (client) => {
      const { rows } = await client.query<{ bytes: string; files: string }>(
        `SELECT "bytes", (SELECT sum("size") FROM "Attachment") AS "files" FROM "StorageUsage"`,
      );
      return rows[0];
    });
    expect(usage?.bytes).toBe(usage?.files);
    const again = await cloned(tenant, { anonymize: true });
    expect((await again.admin.get(`/users/${customer.id}`)).body.email).not.toBe(stranger.email);
  });
});

afterAll(() => system?.close());
