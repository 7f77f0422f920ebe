import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type Answer, type System, type User } from '@helpdeskly/testing';
import { AttachmentSweep } from '../src/attachments/attachment-sweep.js';
import { send, stored, upload } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

const tenGiB = 10 * 1024 ** 3;
const dayMs = 86_400_000;

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const usage = async (of: Helpdesk = desk): Promise<any> => (await of.admin.get('/settings/usage')).body;
const told = async (of: Helpdesk = desk): Promise<any> => (await system.operator.get(`/tenants/${of.tenant.id}`)).body;

/** What the rows of files add up to, and what the counter says. */
async function counted({ tenant }: Helpdesk = desk): Promise<[number, number]> {
  const [row] = await inDatabase(
    tenant,
    `SELECT (SELECT coalesce(sum("size"), 0)::int FROM "Attachment" WHERE "storedAt" IS NOT NULL AND "removedAt" IS NULL) AS "sum",
            (SELECT "bytes"::int FROM "StorageUsage") AS "counter"`,
  );
  return [row.sum, row.counter];
}

async function limit(storageBytes: number | null, of: Helpdesk = desk): Promise<void> {
  const { status } = await system.operator.patch(`/tenants/${of.tenant.id}`, { limits: { storageBytes } });
  expect(status).toBe(200);
  await until(async () => (await usage(of)).limits.storageBytes === (storageBytes ?? tenGiB));
}

/** A helpdesk of its own that may store so many bytes. */
async function limited(storageBytes: number): Promise<Helpdesk> {
  const own = await openHelpdesk(system);
  await limit(storageBytes, own);
  return own;
}

const head = (user: User, length: string) =>
  [
    'POST /api/v1/attachments HTTP/1.1',
    `Host: ${user.headers['x-tenant-slug']}.localhost`,
    `Authorization: ${user.headers['authorization']}`,
    'Content-Type: multipart/form-data; boundary=b',
    length,
    '',
    '',
  ].join('\r\n');
const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';

/** Sends the beginning of an upload over a socket, and then nothing. */
function begin(user: User, length: string, ...pieces: (string | Buffer)[]) {
  const { hostname, port } = new URL(system.app.origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  for (const piece of [head(user, length), ...pieces]) socket.write(piece);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  return { socket, answer: () => answer };
}

describe('limits.storageBytes of a tenant', () => {
  it('is 10 GiB unless it is set, at the making or later, and again when it is null', async () => {
    const limits = async (body: object) =>
      (await system.operator.patch(`/tenants/${desk.tenant.id}`, body)).body.limits;
    expect((await told()).limits.storageBytes).toBe(tenGiB);
    expect(await limits({ limits: { storageBytes: 5_000_000 } })).toMatchObject({ storageBytes: 5_000_000 });
    expect(await limits({ limits: { requestsPerMinute: 0 } })).toMatchObject({ storageBytes: 5_000_000 });
    expect(await limits({ limits: { storageBytes: null } })).toMatchObject({ storageBytes: tenGiB });
    const { id } = await system.createTenant({ limits: { storageBytes: 0 } });
    expect((await system.operator.get(`/tenants/${id}`)).body.limits.storageBytes).toBe(0);
    for (const storageBytes of [-1, 1.5, '5', 2 ** 50 + 1]) {
      const answer = await system.operator.patch(`/tenants/${id}`, { limits: { storageBytes } });
      expect([answer.body.code, answer.body.errors[0].field]).toEqual(['validation_failed', 'limits.storageBytes']);
    }
  });

  it('is in the audit trail when it is changed', async () => {
    await system.operator.patch(`/tenants/${desk.tenant.id}`, { limits: { storageBytes: 7_000_000 } });
    await system.operator.patch(`/tenants/${desk.tenant.id}`, { limits: { storageBytes: null } });
    const { data } = (await system.operator.get(`/tenants/${desk.tenant.id}/events?limit=100`)).body;
    const changes = data.map(({ details }: any) => details.storageBytes).filter(Boolean);
    expect(changes).toContainEqual({ from: 7_000_000, to: null });
  });

  it('is shown with plan, storage and requests to the helpdesk’s admins, and to nobody else', async () => {
    const shown = await usage();
    expect(shown).toMatchObject({
      plan: 'standard',
      limits: { maxConnections: 20, storageBytes: tenGiB },
      requests: { minutes: 5 },
    });
    expect(shown.requests.count).toBeGreaterThan(0);
    for (const user of [desk.agent, desk.customer])
      expect(refusal(await user.get('/settings/usage'))).toEqual([403, 'forbidden']);
  });
});

describe('what a tenant stores', () => {
  it('grows with files and shrinks with those that are deleted, redacted or swept, for both APIs', async () => {
    const own = await openHelpdesk(system);
    const bytes = async () => [
      (await usage(own)).storageBytes,
      (await told(own)).storageBytes,
      ...(await counted(own)),
    ];
    const all = (count: number) => [count, count, count, count];
    const { id } = await upload(own.agent, randomBytes(1000));
    const attached = await upload(own.agent, randomBytes(500));
    const ticket = await openTicket(own.customer);
    const comment = await reply(own.agent, ticket.id, { body: 'Look.', attachmentIds: [attached.id] });
    await upload(own.customer, randomBytes(30));
    expect(await bytes()).toEqual(all(1530));
    expect((await own.agent.delete(`/attachments/${id}`)).status).toBe(204);
    expect(await bytes()).toEqual(all(530));
    expect((await own.admin.post(`/tickets/${ticket.id}/comments/${comment.id}/redact`)).status).toBe(200);
    expect(await bytes()).toEqual(all(30));
    await inDatabase(own.tenant, `UPDATE "Attachment" SET "createdAt" = now() - interval '2 days'`);
    await system.appApp.get(AttachmentSweep, { strict: false }).run(new Date(Date.now() + 3 * dayMs));
    expect(await bytes()).toEqual(all(0));
    expect((await stored(system, own.tenant)).length).toBe(0);
  });

  it('goes with a person who is anonymized, and is counted once for an upload that is sent again', async () => {
    const own = await openHelpdesk(system);
    const keyed = { headers: { 'idempotency-key': 'the same' } };
    for (let time = 0; time < 2; time++) {
      const form = new FormData();
      form.append('file', new Blob(['x'.repeat(400)]), 'a.txt');
      expect((await own.customer.post('/attachments', form, keyed)).status).toBe(201);
    }
    expect(await counted(own)).toEqual([400, 400]);
    expect((await own.admin.post(`/users/${own.customer.id}/anonymize`, {})).status).toBe(200);
    expect(await counted(own)).toEqual([0, 0]);
  });

  it('orders tenants in GET /tenants/top?by=storage, as app-api told last', async () => {
    const [most, some] = [await openHelpdesk(system), await openHelpdesk(system)];
    await upload(most.agent, randomBytes(90_000));
    await upload(some.agent, randomBytes(40_000));
    const counts = async () => {
      const { data, meta } = (await system.operator.get('/tenants/top?by=storage&limit=100')).body;
      expect([meta.by, meta.windowSeconds]).toEqual(['storage', 0]);
      return data
        .filter(({ tenant }: any) => [most.tenant.id, some.tenant.id].includes(tenant.id))
        .map(({ tenant, count }: any) => [tenant.id, count]);
    };
    await until(async () => (await counts()).length === 2);
    expect(await counts()).toEqual([
      [most.tenant.id, 90_000],
      [some.tenant.id, 40_000],
    ]);
  });

  it('is what was told last while its database does not answer', async () => {
    const own = await openHelpdesk(system);
    await upload(own.agent, randomBytes(123));
    expect((await told(own)).storageBytes).toBe(123);
    await inDatabase(own.tenant, 'ALTER TABLE "StorageUsage" RENAME TO "StorageUsageAway"');
    expect((await told(own)).storageBytes).toBe(123);
    await inDatabase(own.tenant, 'ALTER TABLE "StorageUsageAway" RENAME TO "StorageUsage"');
  });
});

describe('a file past the limit', () => {
  const refused = [413, 'storage_limit'];

  it('is refused, and leaves nothing; what fits is taken, to the last byte', async () => {
    const own = await limited(100_000);
    await upload(own.agent, randomBytes(60_000));
    expect(refusal(await send(own.agent, randomBytes(40_001)))).toEqual(refused);
    await upload(own.agent, randomBytes(40_000));
    expect(refusal(await send(own.customer, randomBytes(1)))).toEqual(refused);
    expect([await counted(own), (await stored(system, own.tenant)).length]).toEqual([[100_000, 100_000], 2]);
    const { headers } = await send(own.agent, randomBytes(1));
    expect(headers.get('content-type')).toContain('application/problem+json');
  });

  it('is refused before a byte of it is read where Content-Length tells', async () => {
    const own = await limited(100_000);
    const { socket, answer } = begin(own.agent, 'Content-Length: 2000000');
    await until(() => answer().includes('storage_limit'));
    expect(answer()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    expect(await inDatabase(own.tenant, 'SELECT FROM "Attachment"')).toEqual([]);
  });

  it('is refused while it arrives where nothing tells', async () => {
    const own = await limited(100_000);
    const piece = randomBytes(60_000);
    const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
    const opening = `${part.length.toString(16)}\r\n${part}\r\n`;
    const closing = '9\r\n\r\n--b--\r\n\r\n0\r\n\r\n';
    const { answer } = begin(own.agent, 'Transfer-Encoding: chunked', opening, chunk, chunk, closing);
    await until(() => answer().includes('storage_limit'));
    expect([await counted(own), await stored(system, own.tenant)]).toEqual([[0, 0], []]);
  });

  it('is refused to as many as there is no room for, of twenty that come at once', async () => {
    const own = await limited(700_000);
    const files = Array.from({ length: 20 }, () => randomBytes(100_000));
    const answers: Answer[] = await Promise.all(files.map((file) => send(own.agent, file)));
    const outcomes = answers.map(({ status, body }) => body.code ?? status).sort();
    expect(outcomes).toEqual([...Array(7).fill(201), ...Array(13).fill('storage_limit')]);
    expect([await counted(own), (await stored(system, own.tenant)).length]).toEqual([[700_000, 700_000], 7]);
    const first = answers.find(({ status }) => status === 201)?.body;
    expect((await own.agent.delete(`/attachments/${first.id}`)).status).toBe(204);
    await upload(own.agent, randomBytes(100_000));
  });

  it('counts nothing of uploads whose client leaves', async () => {
    const own = await limited(300_000);
    const sockets = Array.from({ length: 5 }, () =>
      begin(own.agent, 'Content-Length: 200000', part, randomBytes(100_000)),
    );
    await until(async () => (await inDatabase(own.tenant, 'SELECT FROM "Attachment"')).length === 5);
    for (const { socket } of sockets) socket.destroy();
    await until(async () => (await inDatabase(own.tenant, 'SELECT FROM "Attachment"')).length === 0);
    expect(await counted(own)).toEqual([0, 0]);
    await upload(own.agent, randomBytes(300_000));
  });

  it('is refused from the moment on at which the limit is lowered, and taken when it is raised', async () => {
    const own = await limited(50_000);
    await upload(own.agent, randomBytes(50_000));
    await limit(10_000, own);
    expect(refusal(await send(own.agent, 'x'))).toEqual(refused);
    expect((await usage(own)).storageBytes).toBe(50_000);
    await limit(null, own);
    await upload(own.agent, randomBytes(10));
  });
});
