import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { startSystem, type Caller, type System } from '@helpdeskly/testing';
import { AttachmentSweep } from '../src/attachments/attachment-sweep.js';
import { linkOf } from '../src/attachments/signed-link.js';
import { follow, formOf, pathTo, send, stored, upload } from './files.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});
afterAll(() => system?.close());

const megabyte = 1024 * 1024;
const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');

/** Comments with a new file, and returns the comment. */
async function commentWithFile(author: Caller, ticketId: string, fields: object = {}): Promise<any> {
  const { id } = await upload(author);
  return reply(author, ticketId, { body: 'See the file.', attachmentIds: [id], ...fields });
}

describe('an upload', () => {
  it('is answered with what is known of the file, and where it is', async () => {
    const content = randomBytes(300_000);
    const { status, body, headers } = await send(desk.customer, content, 'Übersicht 日本.bin');
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      fileName: 'Übersicht 日本.bin',
      contentType: 'application/octet-stream',
      size: 300_000,
      sha256: createHash('sha256').update(content).digest('hex'),
      commentId: null,
      inline: false,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect((await desk.customer.get(headers.get('location') ?? '')).body).toEqual(body);
  });

  it.each([
    ['image/png', png],
    ['application/pdf', '%PDF-1.7\n'],
    ['text/plain', 'Grüße'],
    ['text/plain', Buffer.from('\ufeffGrüße', 'utf16le')],
    ['text/plain', Buffer.from('\ufeffGrüße', 'utf16le').swap16()],
    ['application/octet-stream', Buffer.from('Grüße', 'utf16le')],
    ['text/plain', '<!doctype html><script>alert(1)</script>'],
    ['application/xml', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['text/plain', ''],
    ['application/octet-stream', 'NUL\0'],
    ['application/octet-stream', Buffer.from('ff00fe41', 'hex')],
    ['application/octet-stream', Buffer.from('c3', 'hex')],
    ['application/octet-stream', Buffer.concat([Buffer.alloc(200_000, 'a'), Buffer.from('ff', 'hex')])],
  ])('is %s by its bytes, whatever the client says (case %#)', async (contentType, content) => {
    expect((await upload(desk.agent, content, 'page.html')).contentType).toBe(contentType);
  });

  it('keeps no folder of the name that a client gives', async () => {
    expect((await upload(desk.agent, 'x', '../../../etc/passwd')).fileName).toBe('passwd');
  });

  it('sent again with its Idempotency-Key is the same, and stored once', async () => {
    const headers = { 'idempotency-key': 'the same file' };
    const post = (content: string, name?: string) =>
      desk.customer.post('/attachments', formOf(content, name), { headers });
    const before = await stored(system, desk.tenant);
    const first = await post('once');
    const again = await post('once');
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    expect(again.body).toEqual(first.body);
    for (const other of [await post('twice'), await post('once', 'another name.txt')])
      expect(refusal(other)).toEqual([422, 'idempotency_key_reused']);
    expect(await stored(system, desk.tenant)).toHaveLength(before.length + 1);
  });

  it('sent several times at once with one Idempotency-Key is stored once', async () => {
    const headers = { 'idempotency-key': 'at once' };
    const before = await stored(system, desk.tenant);
    const post = () => desk.customer.post('/attachments', formOf(randomBytes(1000).fill(7)), { headers });
    const answers = await Promise.all(Array.from({ length: 6 }, post));
    const made = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id));
    expect(made.size).toBe(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(await stored(system, desk.tenant)).toHaveLength(before.length + 1);
  });

  it('may have 25 MiB', async () => {
    expect((await upload(desk.agent, Buffer.alloc(25 * megabyte, 1))).size).toBe(25 * megabyte);
  });

  it('of one byte more is 413, and nothing is stored', async () => {
    const before = await stored(system, desk.tenant);
    expect(refusal(await send(desk.agent, Buffer.alloc(25 * megabyte + 1)))).toEqual([413, 'payload_too_large']);
    expect(await stored(system, desk.tenant)).toEqual(before);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "Attachment" WHERE "storedAt" IS NULL')).toEqual([]);
  });

  it('that is streamed without a length ends at 25 MiB, however much would follow', async () => {
    let sent = 0;
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="endless"\r\n\r\n';
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from(head)),
      pull: (controller) => {
        sent += megabyte;
        if (sent > 200 * megabyte) controller.close();
        else controller.enqueue(Buffer.alloc(megabyte));
      },
    });
    const answer = await fetch(`${system.app.origin}/api/v1/attachments`, {
      method: 'POST',
      headers: { ...desk.agent.headers, 'content-type': 'multipart/form-data; boundary=x' },
      body,
      duplex: 'half',
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'payload_too_large']);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "Attachment" WHERE "storedAt" IS NULL')).toEqual([]);
  });

  it('without a token is 401', async () => {
    expect((await send(desk.tenant.visitor, 'x')).status).toBe(401);
  });

  it('past a hundred that no comment names is refused until some are deleted', async () => {
    const hoarder = await desk.tenant.user('CUSTOMER');
    await inDatabase(
      desk.tenant,
      `INSERT INTO "Attachment" ("uploaderId", "fileName", "storedAt") SELECT $1, 'x', now() FROM generate_series(1, 99)`,
      [hoarder.id],
    );
    const last = await upload(hoarder);
    expect(refusal(await send(hoarder, 'x'))).toEqual([409, 'limit_reached']);
    expect((await hoarder.delete(`/attachments/${last.id}`)).status).toBe(204);
    await upload(hoarder);
  });
});

describe('what is no form with one file', () => {
  const type = 'multipart/form-data; boundary=x';
  const part = (name: string, fileName?: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n\r\nwords\r\n`;

  it.each([
    ['JSON', 'application/json', '{}', 415, 'unsupported_media_type'],
    ['a form of fields', 'application/x-www-form-urlencoded', 'file=x', 415, 'unsupported_media_type'],
    ['a form without a boundary', 'multipart/form-data', `${part('file', 'a')}--x--\r\n`, 400, 'malformed_request'],
    ['a form that ends early', type, part('file', 'a'), 400, 'malformed_request'],
    ['a form that ends within a part', type, part('file', 'a').slice(0, -4), 400, 'malformed_request'],
    ['an empty form', type, '--x--\r\n', 400, 'validation_failed'],
    ['no form at all', type, 'words', 400, 'malformed_request'],
    ['another part', type, `${part('picture', 'a')}--x--\r\n`, 400, 'validation_failed'],
    ['a field', type, `${part('name')}--x--\r\n`, 400, 'validation_failed'],
    ['a file without a name', type, `${part('file')}--x--\r\n`, 400, 'validation_failed'],
    ['two files', type, `${part('file', 'a')}${part('file', 'b')}--x--\r\n`, 400, 'validation_failed'],
    ['a file and a field', type, `${part('file', 'a')}${part('name')}--x--\r\n`, 400, 'validation_failed'],
    ['a file and then another part', type, `${part('file', 'a')}${part('b', 'b')}--x--\r\n`, 400, 'validation_failed'],
  ])('as %s is refused, and nothing is stored', async (_, contentType, body, status, code) => {
    const before = await stored(system, desk.tenant);
    const answer = await desk.agent.post('/attachments', body, { headers: { 'content-type': contentType } });
    expect(refusal(answer)).toEqual([status, code]);
    expect(await stored(system, desk.tenant)).toEqual(before);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "Attachment" WHERE "storedAt" IS NULL')).toEqual([]);
  });

  it('as a form to a route that takes JSON is refused too', async () => {
    expect(refusal(await desk.agent.post('/tickets', formOf('x')))).toEqual([415, 'unsupported_media_type']);
  });

  it('whose client leaves in the middle leaves nothing', async () => {
    const { hostname, port } = new URL(system.app.origin);
    const socket = connect(Number(port), hostname);
    const headers = Object.entries({ ...desk.agent.headers, 'content-type': type, 'content-length': '500000' });
    socket.write(`POST /api/v1/attachments HTTP/1.1\r\nHost: localhost\r\n${headers.map((pair) => pair.join(': ')).join('\r\n')}\r\n\r\n`); // prettier-ignore
    socket.write(part('file', 'left').slice(0, -2) + 'x'.repeat(100_000));
    const waiting = () => inDatabase(desk.tenant, `SELECT FROM "Attachment" WHERE "fileName" = 'left'`);
    while ((await waiting()).length === 0) await sleep(20);
    socket.destroy();
    while ((await waiting()).length > 0) await sleep(20);
    expect((await stored(system, desk.tenant)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('a comment with attachments', () => {
  it('answers them, in lists too, and its event names them', async () => {
    const ticket = await openTicket(desk.customer);
    const [one, other] = [await upload(desk.customer, 'one'), await upload(desk.customer, 'other')];
    const comment = await reply(desk.customer, ticket.id, { body: 'Both.', attachmentIds: [other.id, one.id] });
    const bound = [one, other].map((each) => ({ ...each, commentId: comment.id }));
    expect(comment.attachments).toEqual(bound);
    expect((await desk.agent.get(`/tickets/${ticket.id}/comments`)).body.data[0].attachments).toEqual(bound);
    expect((await desk.agent.get(`/attachments/${one.id}`)).body).toEqual(bound[0]);
    expect((await eventsOf(desk.agent, ticket.id)).at(-1).changes.attachmentIds).toEqual({
      from: [],
      to: [other.id, one.id],
    });
  });

  it('cannot take what another comment has, somebody else’s, or what is not there', async () => {
    const ticket = await openTicket(desk.customer);
    const taken = (await commentWithFile(desk.customer, ticket.id)).attachments[0].id;
    const foreign = (await upload(desk.agent)).id;
    const own = (await upload(desk.customer)).id;
    for (const id of [taken, foreign, '01900000-0000-7000-8000-000000000000']) {
      const answer = await desk.customer.post(`/tickets/${ticket.id}/comments`, {
        body: 'x',
        attachmentIds: [own, id],
      });
      expect([...refusal(answer), answer.body.field]).toEqual([422, 'invalid_reference', 'attachmentIds']);
    }
    expect((await desk.customer.get(`/attachments/${own}`)).body.commentId).toBeNull();
    expect((await desk.customer.get(`/tickets/${ticket.id}`)).body.commentCount).toBe(1);
  });

  it('takes ten at most', async () => {
    const ticket = await openTicket(desk.customer);
    const ids = Array.from({ length: 11 }, (_, index) => `01900000-0000-7000-8000-0000000000${10 + index}`);
    const answer = await desk.customer.post(`/tickets/${ticket.id}/comments`, { body: 'x', attachmentIds: ids });
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'attachmentIds']);
  });

  it('sent twice with one Idempotency-Key takes them once', async () => {
    const ticket = await openTicket(desk.customer);
    const { id } = await upload(desk.customer);
    const headers = { 'idempotency-key': `attach ${id}` };
    const post = () =>
      desk.customer.post(`/tickets/${ticket.id}/comments`, { body: 'x', attachmentIds: [id] }, { headers });
    const first = await post();
    expect([first.status, (await post()).body]).toEqual([201, first.body]);
  });

  it('of two that are sent at once gets the file that both name, and the other is refused', async () => {
    const ticket = await openTicket(desk.customer);
    const { id } = await upload(desk.customer);
    const other = await openTicket(desk.customer);
    const answers = await Promise.all(
      [ticket.id, other.id].map((to) =>
        desk.customer.post(`/tickets/${to}/comments`, { body: 'x', attachmentIds: [id] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  it('takes them along when its ticket is merged', async () => {
    const [source, target] = [await openTicket(desk.customer), await openTicket(desk.customer)];
    const [{ id }] = (await commentWithFile(desk.customer, source.id)).attachments;
    expect((await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: target.id })).status).toBe(200);
    const [, comment] = (await desk.customer.get(`/tickets/${target.id}/comments`)).body.data;
    expect(comment.attachments[0].id).toBe(id);
    expect((await desk.customer.get(`/attachments/${id}`)).status).toBe(200);
  });
});

describe('who may see an attachment', () => {
  const sight = async (id: string) => {
    const people = [desk.admin, desk.agent, desk.customer, desk.stranger];
    const found = await Promise.all(people.map((each) => each.get(`/attachments/${id}`)));
    const linked = await Promise.all(people.map((each) => each.post(`/attachments/${id}/download-url`)));
    expect(linked.map(({ status }) => status)).toEqual(found.map(({ status }) => status));
    return found.map(({ status }) => status);
  };

  it('is its uploader alone while no comment names it', async () => {
    expect(await sight((await upload(desk.customer)).id)).toEqual([404, 404, 200, 404]);
    expect(await sight((await upload(desk.agent)).id)).toEqual([404, 200, 404, 404]);
  });

  it('is whoever may see its comment', async () => {
    const ticket = await openTicket(desk.customer);
    const { attachments } = await commentWithFile(desk.agent, ticket.id);
    expect(await sight(attachments[0].id)).toEqual([200, 200, 200, 404]);
  });

  it('is the staff when the comment is internal', async () => {
    const ticket = await openTicket(desk.customer);
    const { attachments } = await commentWithFile(desk.agent, ticket.id, { visibility: 'INTERNAL' });
    expect(await sight(attachments[0].id)).toEqual([200, 200, 404, 404]);
    expect(JSON.stringify((await eventsOf(desk.customer, ticket.id)).map(({ changes }) => changes))).not.toContain(
      attachments[0].id,
    );
  });

  it('is nobody while its ticket is deleted', async () => {
    const ticket = await openTicket(desk.customer);
    const { attachments } = await commentWithFile(desk.customer, ticket.id);
    await desk.admin.delete(`/tickets/${ticket.id}`);
    expect(await sight(attachments[0].id)).toEqual([404, 404, 404, 404]);
  });

  it('is nobody in another tenant', async () => {
    const { id } = await upload(desk.agent);
    const other = await openHelpdesk(system);
    for (const method of ['GET', 'DELETE'])
      expect((await other.admin.send(method, `/attachments/${id}`)).status).toBe(404);
    expect((await other.admin.post(`/attachments/${id}/download-url`)).status).toBe(404);
    const ticket = await openTicket(other.admin);
    const comment = await other.admin.post(`/tickets/${ticket.id}/comments`, { body: 'x', attachmentIds: [id] });
    expect(refusal(comment)).toEqual([422, 'invalid_reference']);
  });

  it('is nobody under no id', async () => {
    for (const id of ['nope', '1', '%00', '..%2f..%2fetc%2fpasswd'])
      expect((await desk.admin.get(`/attachments/${id}`)).status).toBe(404);
  });
});

describe('deleting an attachment', () => {
  it('takes its bytes', async () => {
    const { id } = await upload(desk.customer);
    expect(await stored(system, desk.tenant)).toContain(id);
    expect((await desk.customer.delete(`/attachments/${id}`)).status).toBe(204);
    expect(await stored(system, desk.tenant)).not.toContain(id);
    expect((await desk.customer.get(`/attachments/${id}`)).status).toBe(404);
    expect((await desk.customer.delete(`/attachments/${id}`)).status).toBe(404);
  });

  it('is forbidden once a comment has it, and not found for others before', async () => {
    const ticket = await openTicket(desk.customer);
    const { attachments } = await commentWithFile(desk.customer, ticket.id);
    for (const caller of [desk.customer, desk.agent])
      expect(refusal(await caller.delete(`/attachments/${attachments[0].id}`))).toEqual([403, 'forbidden']);
    const { id } = await upload(desk.customer);
    expect((await desk.admin.delete(`/attachments/${id}`)).status).toBe(404);
    expect((await desk.customer.get(`/attachments/${id}`)).status).toBe(200);
  });
});

describe('a link to a file', () => {
  it('gives the bytes to be saved, never to be shown or run', async () => {
    const page = '<!doctype html><script>alert(1)</script>';
    const { id } = await upload(desk.customer, page, "it's a page.html");
    const answer = await follow(system, desk.tenant, await pathTo(desk.customer, id));
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="it's a page.html"; filename*=UTF-8''it%27s%20a%20page.html`,
      'content-length': String(page.length),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-store',
    });
    expect(await answer.text()).toBe(page);
  });

  it('says of text in UTF-16 that it is', async () => {
    const { id } = await upload(desk.customer, Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße.txt');
    const answer = await follow(system, desk.tenant, await pathTo(desk.customer, id));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-16',
      'content-disposition': `attachment; filename="Gru_e.txt"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt`,
    });
  });

  it('is answered to HEAD as to GET, without the bytes', async () => {
    const { id } = await upload(desk.customer, 'some words');
    const headers = { 'x-tenant-slug': desk.tenant.slug };
    const url = system.app.origin + (await pathTo(desk.customer, id));
    const answer = await fetch(url, { method: 'HEAD', headers });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '10', '']);
  });

  it('gives 25 MiB as they were sent', async () => {
    const content = randomBytes(25 * megabyte);
    const { id } = await upload(desk.agent, content, 'large.bin');
    const answer = await follow(system, desk.tenant, await pathTo(desk.agent, id));
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
  });

  it('is on the host of the helpdesk', async () => {
    const { id } = await upload(desk.agent);
    const { body } = await desk.agent.post(`/attachments/${id}/download-url`);
    const url = new URL(body.url);
    expect(url.hostname).toBe(`${desk.tenant.slug}.localhost`);
    expect(body.expiresAt).toBe(new Date(Number(url.searchParams.get('expires')) * 1000).toISOString());
  });

  it('that has expired is 403', async () => {
    const { id } = await upload(desk.agent);
    const secrets = system.appApp.get(Secrets, { strict: false });
    const linkFrom = (time: number) => {
      const { pathname, search } = new URL(linkOf(secrets, 'http://localhost', desk.tenant, id, time).url);
      return follow(system, desk.tenant, pathname + search);
    };
    expect((await linkFrom(Date.now())).status).toBe(200);
    const late = await linkFrom(Date.now() - 61_000);
    expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([403, 'forbidden']);
  });

  it.each([
    [
      'a later expiry',
      (link: URL) => link.searchParams.set('expires', String(Number(link.searchParams.get('expires')) + 1)),
    ],
    ['another signature', (link: URL) => link.searchParams.set('signature', 'A'.repeat(43))],
    [
      'a shorter signature',
      (link: URL) => link.searchParams.set('signature', (link.searchParams.get('signature') ?? '').slice(1)),
    ],
  ])('with %s is 403', async (_, change) => {
    const { id } = await upload(desk.agent);
    const link = new URL((await desk.agent.post(`/attachments/${id}/download-url`)).body.url);
    change(link);
    const answer = await follow(system, desk.tenant, link.pathname + link.search);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'forbidden']);
  });

  it('without its parts is 400', async () => {
    const { id } = await upload(desk.agent);
    for (const query of ['', '?expires=1', '?signature=x', '?expires=soon&signature=x'])
      expect((await desk.tenant.visitor.get(`/attachments/${id}/content${query}`)).status).toBe(400);
  });

  it('is good for no other file, and in no other tenant', async () => {
    const [one, other] = [await upload(desk.agent), await upload(desk.agent)];
    const path = await pathTo(desk.agent, one.id);
    expect((await follow(system, desk.tenant, path.replace(one.id, other.id))).status).toBe(403);
    const { tenant } = await openHelpdesk(system);
    expect((await follow(system, tenant, path)).status).toBe(403);
    expect((await follow(system, desk.tenant, path)).status).toBe(200);
  });

  it('to what is deleted meanwhile is 404', async () => {
    const { id } = await upload(desk.agent);
    const path = await pathTo(desk.agent, id);
    await desk.agent.delete(`/attachments/${id}`);
    expect((await follow(system, desk.tenant, path)).status).toBe(404);
  });
});

describe('redacting a comment', () => {
  it('takes its files away, bytes included, for good', async () => {
    const ticket = await openTicket(desk.customer);
    const comment = await commentWithFile(desk.customer, ticket.id);
    const [{ id }] = comment.attachments;
    const path = await pathTo(desk.customer, id);
    const redacted = await desk.admin.post(`/tickets/${ticket.id}/comments/${comment.id}/redact`);
    expect([redacted.status, redacted.body.attachments]).toEqual([200, []]);
    expect(await stored(system, desk.tenant)).not.toContain(id);
    expect((await desk.admin.get(`/attachments/${id}`)).status).toBe(404);
    expect((await follow(system, desk.tenant, path)).status).toBe(404);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "Attachment" WHERE "id" = $1', [id])).toEqual([]);
  });

  it('takes the files of a closed ticket too', async () => {
    const ticket = await openTicket(desk.customer);
    const comment = await commentWithFile(desk.customer, ticket.id);
    for (const status of ['RESOLVED', 'CLOSED']) await desk.agent.patch(`/tickets/${ticket.id}`, { status });
    expect((await desk.admin.post(`/tickets/${ticket.id}/comments/${comment.id}/redact`)).status).toBe(200);
    expect(await stored(system, desk.tenant)).not.toContain(comment.attachments[0].id);
  });
});

describe('a comment that is refused', () => {
  it('leaves its files to its author', async () => {
    const ticket = await openTicketAs(desk.agent, 'CLOSED', { authorId: desk.customer.id });
    const { id } = await upload(desk.customer);
    const answer = await desk.customer.post(`/tickets/${ticket.id}/comments`, { body: 'x', attachmentIds: [id] });
    expect(refusal(answer)).toEqual([409, 'ticket_closed']);
    expect((await desk.customer.get(`/attachments/${id}`)).body.commentId).toBeNull();
  });
});

describe('the sweep', () => {
  const sweepIn = (days: number) =>
    system.appApp.get(AttachmentSweep, { strict: false }).run(new Date(Date.now() + days * 86_400_000));

  it('removes what no comment has named for a day, and nothing else', async () => {
    const { tenant, customer } = await openHelpdesk(system);
    const ticket = await openTicket(customer);
    const { attachments } = await commentWithFile(customer, ticket.id);
    const orphan = await upload(customer);
    await sweepIn(0);
    expect(await stored(system, tenant)).toEqual([attachments[0].id, orphan.id].sort());
    await sweepIn(3);
    expect(await stored(system, tenant)).toEqual([attachments[0].id]);
    expect((await customer.get(`/attachments/${orphan.id}`)).status).toBe(404);
    expect((await customer.get(`/attachments/${attachments[0].id}`)).status).toBe(200);
  });

  it('finishes what was given up when a process died before it was removed', async () => {
    const { tenant, customer } = await openHelpdesk(system);
    const [given, half] = [await upload(customer), await upload(customer)];
    await inDatabase(tenant, 'UPDATE "Attachment" SET "removedAt" = now() WHERE "id" = $1', [given.id]);
    await inDatabase(tenant, 'UPDATE "Attachment" SET "storedAt" = NULL WHERE "id" = $1', [half.id]);
    await Promise.all([sweepIn(3), sweepIn(3)]);
    expect(await stored(system, tenant)).toEqual([]);
    expect(await inDatabase(tenant, 'SELECT FROM "Attachment"')).toEqual([]);
  });

  it('leaves a suspended tenant for when it is open again', async () => {
    const { tenant, customer } = await openHelpdesk(system);
    const { id } = await upload(customer);
    await system.operator.post(`/tenants/${tenant.id}/suspend`, {});
    await sweepIn(3);
    expect(await stored(system, tenant)).toEqual([id]);
    await system.operator.post(`/tenants/${tenant.id}/activate`);
    await sweepIn(3);
    expect(await stored(system, tenant)).toEqual([]);
  });
});

describe('a tenant that is purged', () => {
  it('leaves no file behind, and takes nobody else’s', async () => {
    const { tenant, customer } = await openHelpdesk(system);
    const ticket = await openTicket(customer);
    await commentWithFile(customer, ticket.id);
    await upload(customer);
    const neighbour = await upload(desk.agent);
    expect(await stored(system, tenant)).toHaveLength(2);
    await system.operator.delete(`/tenants/${tenant.id}?purge=now`);
    while ((await system.operator.get(`/tenants/${tenant.id}`)).status !== 404) await sleep(50);
    expect(await stored(system, tenant)).toEqual([]);
    expect(await stored(system, desk.tenant)).toContain(neighbour.id);
  });
});
