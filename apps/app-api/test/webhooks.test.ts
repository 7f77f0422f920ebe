import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api, startSystem, until, type System } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';
import { Webhook } from 'standardwebhooks';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { bearing, inDatabase, refusal } from './people.js';
import { Receiver, type Received } from './receiver.js';

let system: System;
let desk: Helpdesk;
let receiver: Receiver;
/** A process that refuses private addresses, and has no queue. */
let strict: NestFastifyApplication;
let there: Api;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_SURVEY: '1s' } });
  strict = await createAppApi(system.installation.appConfig({ REDIS_URL: '', QUEUE_DATABASE_URL: '' }));
  await strict.listen(0, '127.0.0.1');
  there = await Api.at(await strict.getUrl());
});
beforeEach(async () => {
  desk = await openHelpdesk(system);
  receiver = await Receiver.start();
});
afterEach(() => receiver.close());
afterAll(async () => {
  await strict?.close();
  await system?.close();
});

async function hook(fields: object = {}): Promise<any> {
  const { status, body } = await desk.admin.post('/webhooks', { url: receiver.url, ...fields });
  if (status !== 201) throw new Error(`no webhook was made: ${JSON.stringify(body)}`);
  return body;
}
const read = async (id: string): Promise<any> => (await desk.admin.get(`/webhooks/${id}`)).body;
const deliveries = async (id: string, query = ''): Promise<any[]> =>
  (await desk.admin.get(`/webhooks/${id}/deliveries${query}`)).body.data;
const verified = (secret: string, { text, headers }: Received): any =>
  new Webhook(secret).verify(text, headers as Record<string, string>);
const idOf = ({ headers }: Received) => headers['webhook-id'];
const sql = (text: string, values: unknown[] = []) => inDatabase(desk.tenant, text, values);

/** Makes what waits for its next attempt due, and has the tenant looked at. */
async function later(): Promise<void> {
  await sql(`UPDATE "WebhookDelivery" SET "dueAt" = now() WHERE "status" = 'PENDING'`);
  await openTicket(desk.customer);
}

/** Resolves with the last delivery once its attempts are so many. */
async function tried(id: string, attempts = 1): Promise<any> {
  await until(async () => (await deliveries(id)).some((delivery) => delivery.attempts >= attempts));
  return (await deliveries(id)).find((delivery) => delivery.attempts >= attempts);
}

describe('a webhook', () => {
  it('is shown with its secret once, which is kept sealed', async () => {
    const made = await hook({ events: ['COMMENTED', 'CREATED'], description: 'CRM' });
    const { secret, ...rest } = made;
    expect(made).toEqual({
      id: expect.any(String),
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      url: receiver.url,
      events: ['COMMENTED', 'CREATED'],
      description: 'CRM',
      enabled: true,
      disabledReason: null,
      failureCount: 0,
      version: 1,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(await read(made.id)).toEqual(rest);
    expect((await desk.admin.get('/webhooks')).body.data).toEqual([rest]);
    expect(JSON.stringify(await sql('SELECT w::text FROM "Webhook" w'))).not.toContain(secret.slice(6));
  });

  it('is changed by the version that was read, and deleted with its deliveries', async () => {
    const { id } = await hook({ events: ['CREATED'] });
    const stale = await desk.admin.patch(`/webhooks/${id}`, { description: 'x' }, { headers: { 'if-match': '"2"' } });
    expect(refusal(stale)).toEqual([412, 'version_conflict']);
    expect((await desk.admin.patch(`/webhooks/${id}`, { events: ['CREATED'], description: null })).body.version).toBe(
      1,
    );
    expect((await desk.admin.patch(`/webhooks/${id}`, { events: ['UPDATED'] })).body).toMatchObject({
      events: ['UPDATED'],
      version: 2,
    });
    expect((await desk.admin.post(`/webhooks/${id}/test`)).body.status).toBe('SUCCEEDED');
    expect((await desk.admin.delete(`/webhooks/${id}`)).status).toBe(204);
    expect((await desk.admin.get(`/webhooks/${id}`)).status).toBe(404);
    expect(await sql('SELECT FROM "WebhookDelivery"')).toEqual([]);
    const told = (await desk.admin.get('/audit-events')).body.data.map(({ type }: any) => type);
    expect(told).toEqual(expect.arrayContaining(['WEBHOOK_CREATED', 'WEBHOOK_UPDATED', 'WEBHOOK_DELETED']));
  });

  it.each([
    'http://93.184.215.14/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://10.0.0.8:8443/x',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://168.63.129.16/',
    'https://100.100.100.200/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://localhost/',
    'https://any.localhost./',
    'https://user:secret@93.184.215.14/',
    'ftp://93.184.215.14/',
    'example.com',
  ])('is refused for %s', async (url) => {
    const answer = await there.as(desk.admin.headers).post('/webhooks', { url });
    expect([...refusal(answer), answer.body.errors[0].field]).toEqual([400, 'validation_failed', 'url']);
  });

  it('is taken for a public address', async () => {
    const { status, body } = await there
      .as(desk.admin.headers)
      .post('/webhooks', { url: 'https://93.184.215.14/a?b#c' });
    expect([status, body.url]).toEqual([201, 'https://93.184.215.14/a?b']);
  });

  it('that was stored is refused again when it is connected to', async () => {
    const { id } = await hook();
    const { body } = await there.as(desk.admin.headers).post(`/webhooks/${id}/test`);
    expect(body).toMatchObject({ status: 'FAILED', failure: 'ADDRESS_REFUSED', response: null });
    expect(receiver.received).toEqual([]);
  });
});

describe('a key', () => {
  it('keeps webhooks when it has webhooks:write, and does not else', async () => {
    const key = async (...scopes: string[]) => {
      const { body } = await desk.admin.post('/api-keys', { name: 'CRM', role: 'ADMIN', scopes });
      return bearing(desk.tenant.visitor, body.key);
    };
    const { status, body } = await (await key('webhooks:write')).post('/webhooks', { url: receiver.url });
    expect([status, (await read(body.id)).url]).toEqual([201, receiver.url]);
    const other = await key('tickets:write', 'users:write');
    expect(refusal(await other.get('/webhooks'))).toEqual([403, 'forbidden']);
  });
});

describe('an event', () => {
  it('is delivered with a signature that the published library verifies, and ids to read the rest by', async () => {
    const { secret } = await hook();
    const { id, number } = await openTicket(desk.customer, { title: 'Secret words' });
    const [first] = (await receiver.has(1)) as [Received];
    expect(verified(secret, first)).toEqual({
      type: 'CREATED',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: {
        eventId: expect.any(String),
        ticketId: id,
        number,
        actorId: desk.customer.id,
        commentId: null,
        fields: expect.arrayContaining(['title', 'status']),
      },
    });
    expect(first.text).not.toContain('Secret words');
    expect(first.headers['content-type']).toBe('application/json');
    const [event] = (await desk.agent.get('/events')).body.data;
    expect(first.body.data.eventId).toBe(event.id);
    expect(() => verified('whsec_' + Buffer.alloc(32).toString('base64'), first)).toThrow();
  });

  it('is sent only to webhooks that want its type, from their making on', async () => {
    await openTicket(desk.customer);
    await hook({ events: ['COMMENTED'] });
    const { id } = await openTicket(desk.customer);
    const comment = await reply(desk.agent, id, { body: 'Hello' });
    const [first] = (await receiver.has(1)) as [Received];
    expect(first.body).toMatchObject({ type: 'COMMENTED', data: { ticketId: id, commentId: comment.id } });
    await until(async () => (await sql(`SELECT FROM "WebhookDelivery" WHERE "status" = 'PENDING'`)).length === 0);
    expect(receiver.received).toHaveLength(1);
  });

  it('is told in less than 20 KB, however much was written', async () => {
    await hook();
    const tags = Array.from({ length: 20 }, (_, index) => `${index}-`.padEnd(50, 'x'));
    await openTicket(desk.agent, { title: 'x'.repeat(200), description: 'x'.repeat(65_536), tags });
    const [first] = (await receiver.has(1)) as [Received];
    expect(first.body.data.fields).toContain('tags');
    expect(Buffer.byteLength(first.text)).toBeLessThan(20_000);
  });

  it.each([200, 202, 299])('that is answered with %i is done', async (status) => {
    const { id } = await hook();
    receiver.answers(status);
    await openTicket(desk.customer);
    expect(await tried(id)).toMatchObject({ status: 'SUCCEEDED', response: { status }, nextAttemptAt: null });
  });

  it('of one ticket comes after those before it', async () => {
    await hook();
    const tickets = [await openTicket(desk.customer), await openTicket(desk.customer), await openTicket(desk.customer)];
    for (let round = 0; round < 8; round++)
      for (const { id } of tickets) await reply(desk.agent, id, { body: String(round) });
    await receiver.has(27);
    const order = (await desk.agent.get('/events?limit=100')).body.data;
    for (const { id } of tickets) {
      const came = receiver.received
        .filter(({ body }) => body.data.ticketId === id)
        .map(({ body }) => body.data.eventId);
      expect(came).toEqual(order.filter((event: any) => event.ticketId === id).map((event: any) => event.id));
    }
  });

  it('that another process wrote and told nobody of is found', async () => {
    await hook({ events: ['CREATED'] });
    const { id } = await openTicket(there.as(desk.customer.headers));
    const [first] = (await receiver.has(1)) as [Received];
    expect(first.body.data.ticketId).toBe(id);
  });
});

describe('an attempt that fails', () => {
  it('is made again under the same id, with a later time, until it succeeds', async () => {
    const { id, secret } = await hook({ events: ['COMMENTED'] });
    receiver.answers(500, {}, 'Out of order');
    const ticket = await openTicket(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'x' });
    const failed = await tried(id);
    expect(failed).toMatchObject({
      status: 'PENDING',
      attempts: 1,
      failure: 'STATUS',
      response: { status: 500, body: 'Out of order' },
      durationMs: expect.any(Number),
    });
    expect(Date.parse(failed.nextAttemptAt) - Date.parse(failed.lastAttemptAt)).toBeLessThan(60_000);
    expect((await read(id)).failureCount).toBe(1);
    receiver.answers(200, {}, 'Thanks');
    await later();
    expect(await tried(id, 2)).toMatchObject({
      status: 'SUCCEEDED',
      failure: null,
      nextAttemptAt: null,
      response: { status: 200, body: 'Thanks' },
    });
    const [first, second] = receiver.received as [Received, Received];
    expect(idOf(second)).toBe(idOf(first));
    expect(second.text).toBe(first.text);
    for (const each of [first, second]) verified(secret, each);
    expect((await read(id)).failureCount).toBe(0);
  });

  it('waits for as long as it is asked to', async () => {
    const { id } = await hook();
    receiver.answers(503, { 'retry-after': '7200' });
    await openTicket(desk.customer);
    const { nextAttemptAt, lastAttemptAt } = await tried(id);
    expect(Date.parse(nextAttemptAt) - Date.parse(lastAttemptAt)).toBeGreaterThan(7_199_000);
  });

  it.each([301, 303, 304, 307])('is one that was answered with %i, which nobody follows', async (status) => {
    const { id } = await hook();
    receiver.answers(status, { location: receiver.url.replace('/hook', '/elsewhere') });
    await openTicket(desk.customer);
    expect(await tried(id)).toMatchObject({ status: 'PENDING', failure: 'REDIRECT', response: { status } });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('is given up after three days', async () => {
    const { id } = await hook();
    receiver.answers(500);
    await openTicket(desk.customer);
    await tried(id);
    await sql(`UPDATE "WebhookDelivery" SET "firstTriedAt" = now() - interval '3 days'`);
    await later();
    expect(await tried(id, 2)).toMatchObject({ status: 'FAILED', failure: 'STATUS', nextAttemptAt: null });
  });

  it('keeps a KiB of an answer that never ends', async () => {
    const { id } = await hook();
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('\0x'.repeat(512)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const { body } = await desk.admin.post(`/webhooks/${id}/test`);
    expect(body).toMatchObject({ status: 'SUCCEEDED', response: { status: 200, body: '\uFFFDx'.repeat(512) } });
  });

  it('is one that was answered with another protocol', async () => {
    const { id } = await hook();
    const answer = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: other', '', ''].join('\r\n');
    receiver.answer = (response) => response.socket?.write(answer);
    const { body } = await desk.admin.post(`/webhooks/${id}/test`);
    expect(body).toMatchObject({ status: 'FAILED', failure: 'STATUS', response: { status: 101 } });
  });

  it('is none that was answered with 200, even if the connection breaks behind that', async () => {
    const { id } = await hook();
    receiver.answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('Thanks', () => setTimeout(() => response.socket?.resetAndDestroy(), 100));
    };
    const { body } = await desk.admin.post(`/webhooks/${id}/test`);
    expect(body).toMatchObject({ status: 'SUCCEEDED', failure: null, response: { status: 200, body: 'Thanks' } });
  });

  it('lets later events of its ticket pass', async () => {
    const { id } = await hook({ events: ['COMMENTED'] });
    receiver.answers(500);
    const ticket = await openTicket(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'one' });
    await tried(id);
    receiver.answers(204);
    await reply(desk.agent, ticket.id, { body: 'two' });
    await receiver.has(2);
    await until(async () => (await deliveries(id, '?status=succeeded')).length === 1);
    expect((await deliveries(id)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'PENDING']);
  });

  it('of a process that died is made again', async () => {
    const { id } = await hook();
    receiver.answers(500);
    await openTicket(desk.customer);
    await tried(id);
    receiver.answers(204);
    await sql(`UPDATE "WebhookDelivery" SET "dueAt" = now(), "claimedUntil" = now() + interval '1 second'`);
    expect(await tried(id, 2)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a webhook is disabled', () => {
  it.each([
    ['GONE', 410, `SELECT`],
    ['FAILING', 500, `UPDATE "Webhook" SET "failingSince" = now() - interval '5 days', "failureCount" = 40`],
  ])('as %s after a %i, and the ADMINs are told', async (reason, status, before) => {
    const { id, version } = await hook();
    await sql(before);
    receiver.answers(status);
    await openTicket(desk.customer);
    await until(async () => !(await read(id)).enabled);
    expect(await read(id)).toMatchObject({ disabledReason: reason, version: version + 1 });
    const { data } = (await desk.admin.get('/notifications')).body;
    expect(data).toMatchObject([{ kind: 'WEBHOOK_DISABLED', actorId: null, details: { webhookId: id, reason } }]);
    expect((await desk.agent.get('/notifications')).body.data).toEqual([]);
    const [delivery] = await deliveries(id);
    expect(delivery).toMatchObject({ status: 'FAILED', nextAttemptAt: null });
    expect(refusal(await desk.admin.post(`/webhooks/${id}/deliveries/${delivery.id}/redeliver`))).toEqual([
      409,
      'webhook_disabled',
    ]);
    const on = await desk.admin.patch(`/webhooks/${id}`, { enabled: true });
    expect(on.body).toMatchObject({ enabled: true, disabledReason: null, failureCount: 0 });
  });

  it('by an ADMIN: what waits is given up, and what happens meanwhile is not sent', async () => {
    const { id } = await hook({ events: ['CREATED'] });
    receiver.answers(500);
    await openTicket(desk.customer);
    await tried(id);
    await desk.admin.patch(`/webhooks/${id}`, { enabled: false });
    expect(await deliveries(id)).toMatchObject([{ status: 'FAILED', failure: 'WEBHOOK_DISABLED' }]);
    await openTicket(desk.customer);
    receiver.answers(204);
    await desk.admin.patch(`/webhooks/${id}`, { enabled: true });
    const { id: ticketId } = await openTicket(desk.customer);
    await until(async () => (await deliveries(id, '?status=succeeded')).length > 0);
    expect((await deliveries(id, '?status=succeeded')).map((delivery) => delivery.ticketId)).toEqual([ticketId]);
  });
});

describe('a test', () => {
  it('whose process died while the webhook was off is given up when that is turned on', async () => {
    const { id } = await hook({ enabled: false });
    await sql(`INSERT INTO "WebhookDelivery" ("webhookId", "type", "claimedUntil") VALUES ($1, 'TEST', now())`, [id]);
    expect((await desk.admin.patch(`/webhooks/${id}`, { enabled: true })).status).toBe(200);
    expect(await deliveries(id)).toMatchObject([{ status: 'FAILED', failure: 'WEBHOOK_DISABLED', attempts: 0 }]);
  });
});

describe('a delivery', () => {
  it('is sent again under its id', async () => {
    const { id } = await hook();
    await openTicket(desk.customer);
    await until(async () => (await deliveries(id, '?status=succeeded')).length === 1);
    const [delivery] = await deliveries(id);
    const again = await desk.admin.post(`/webhooks/${id}/deliveries/${delivery.id}/redeliver`);
    expect([again.status, again.body.status, again.body.id]).toEqual([200, 'PENDING', delivery.id]);
    const [first, second] = (await receiver.has(2)) as [Received, Received];
    expect([idOf(first), idOf(second)]).toEqual([delivery.id, delivery.id]);
    const other = await hook();
    const wrong = await desk.admin.post(`/webhooks/${other.id}/deliveries/${delivery.id}/redeliver`);
    expect(refusal(wrong)).toEqual([404, 'not_found']);
  });

  it('to a receiver that hangs delays neither other webhooks nor other tenants', async () => {
    await hook();
    const hung: string[] = [];
    receiver.answer = (_response, received) => hung.push(received.path);
    for (let n = 0; n < 6; n++) await openTicket(desk.customer);
    await until(() => hung.length >= 4);
    const quick = await Receiver.start();
    try {
      await hook({ url: quick.url });
      await openTicket(desk.customer);
      await quick.has(1);
      desk = await openHelpdesk(system);
      await hook({ url: quick.url });
      const { id } = await openTicket(desk.customer);
      await until(() => quick.received.some(({ body }) => body.data.ticketId === id));
      expect(hung).toHaveLength(4);
    } finally {
      await quick.close();
    }
  });

  it('is forgotten after 30 days, with what was answered', async () => {
    const { id } = await hook();
    await desk.admin.post(`/webhooks/${id}/test`);
    await sql(`UPDATE "WebhookDelivery" SET "createdAt" = now() - interval '31 days'`);
    await until(async () => (await deliveries(id)).length === 0);
  });

  it('forgets a person who is anonymized in what was answered', async () => {
    const { id } = await hook();
    receiver.answers(200, {}, `Thanks, ${desk.customer.email}`);
    await desk.admin.post(`/webhooks/${id}/test`);
    expect((await desk.admin.post(`/users/${desk.customer.id}/anonymize`)).status).toBe(200);
    const [{ response }] = await deliveries(id);
    expect(response.body).not.toContain(desk.customer.email);
    expect(response.body).toContain('Thanks, ');
  });
});

describe('what was answered', () => {
  /** A delivery of an event of the customer's ticket. */
  async function answered(text: string): Promise<{ hookId: string; ticketId: string }> {
    const { id: hookId } = await hook();
    receiver.answers(200, {}, text);
    const { id: ticketId } = await openTicket(desk.customer);
    await until(async () => (await deliveries(hookId, '?status=succeeded')).length === 1);
    return { hookId, ticketId };
  }

  it('goes when the ticket, or a comment of it, is redacted', async () => {
    const { hookId, ticketId } = await answered('Thanks for those words');
    const bodies = async () => (await deliveries(hookId)).map(({ response }) => response?.body);
    await desk.admin.post(`/tickets/${ticketId}/redact`, { fields: ['description'] });
    await until(async () => (await deliveries(hookId, '?status=succeeded')).length === 2);
    expect(await bodies()).toEqual(['Thanks for those words', '']);
    const comment = await reply(desk.agent, ticketId, { body: 'x' });
    await until(async () => (await deliveries(hookId, '?status=succeeded')).length === 3);
    await desk.admin.patch(`/webhooks/${hookId}`, { enabled: false });
    await desk.admin.post(`/tickets/${ticketId}/comments/${comment.id}/redact`);
    expect(await bodies()).toEqual(['', '', '']);
  });

  it('belongs to the data of whoever did what it answers', async () => {
    const { ticketId } = await answered('Thanks, Mr. Smith');
    const { body } = await desk.admin.post(`/users/${desk.customer.id}/export`);
    expect(body.webhookDeliveries).toEqual([
      expect.objectContaining({
        type: 'CREATED',
        ticketId,
        origin: new URL(receiver.url).origin,
        responseBody: 'Thanks, Mr. Smith',
      }),
    ]);
    expect(JSON.stringify(body.webhookDeliveries)).not.toContain('/hook');
  });
});

describe('a secret', () => {
  it('that was replaced signs beside its successor for a day', async () => {
    const { id, secret: former } = await hook();
    const { status, body } = await desk.admin.post(`/webhooks/${id}/rotate-secret`);
    expect([status, body.secret === former, body.version]).toEqual([200, false, 2]);
    await desk.admin.post(`/webhooks/${id}/test`);
    await sql(`UPDATE "Webhook" SET "formerUntil" = now()`);
    await desk.admin.post(`/webhooks/${id}/test`);
    const [both, one] = receiver.received as [Received, Received];
    expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const secret of [former, body.secret]) verified(secret, both);
    verified(body.secret, one);
    expect(() => verified(former, one)).toThrow();
  });
});

describe('a test', () => {
  it('says what became of it, and counts for nothing', async () => {
    const { id, secret } = await hook({ enabled: false });
    const { status, body } = await desk.admin.post(`/webhooks/${id}/test`);
    expect([status, body.status, body.type, body.attempts]).toEqual([200, 'SUCCEEDED', 'TEST', 1]);
    expect(verified(secret, receiver.received[0] as Received)).toMatchObject({
      type: 'TEST',
      data: { ticketId: null },
    });
    await receiver.close();
    const failed = (await desk.admin.post(`/webhooks/${id}/test`)).body;
    expect(failed).toMatchObject({ status: 'FAILED', failure: 'CONNECTION_FAILED', nextAttemptAt: null });
    expect(await read(id)).toMatchObject({ failureCount: 0, version: 1 });
    receiver = await Receiver.start();
  });
});
