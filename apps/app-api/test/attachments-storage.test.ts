import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBlobStore } from '@helpdeskly/storage';
import { S3Server, startSystem, type System } from '@helpdeskly/testing';
import { AttachmentSweep } from '../src/attachments/attachment-sweep.js';
import { follow, pathTo, send, stored, upload } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

describe('attachments in S3', () => {
  let server: S3Server;
  let system: System;
  let desk: Helpdesk;

  beforeAll(async () => {
    server = await S3Server.start();
    system = await startSystem({ app: server.environment, control: server.environment });
    desk = await openHelpdesk(system);
  });
  afterAll(async () => {
    await system?.close();
    await server?.stop();
  });

  const names = async (space: string) => {
    const { storage } = system.installation.appConfig(server.environment);
    if (storage === undefined) throw new Error('no storage is configured');
    const store = await openBlobStore(storage);
    const found = [];
    for await (const name of store.names(space)) found.push(name);
    store.close();
    return found;
  };

  it('come back as they were sent', async () => {
    const content = randomBytes(12_000_000);
    const { id } = await upload(desk.agent, content);
    const answer = await follow(system, desk.tenant, await pathTo(desk.agent, id));
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
    expect((await desk.agent.delete(`/attachments/${id}`)).status).toBe(204);
    expect(await names(desk.tenant.id)).toEqual([]);
  });

  it('that are too large are not kept', async () => {
    expect(refusal(await send(desk.agent, Buffer.alloc(26 * 1024 * 1024)))).toEqual([413, 'payload_too_large']);
    expect(await names(desk.tenant.id)).toEqual([]);
  });

  it('go with their comment, with their day and with their tenant', async () => {
    const ticket = await openTicket(desk.customer);
    const attach = async () => {
      const { id } = await upload(desk.customer);
      return reply(desk.customer, ticket.id, { body: 'x', attachmentIds: [id] });
    };
    const [redacted, kept] = [await attach(), await attach()];
    await upload(desk.customer);
    await desk.admin.post(`/tickets/${ticket.id}/comments/${redacted.id}/redact`);
    await system.appApp.get(AttachmentSweep, { strict: false }).run(new Date(Date.now() + 3 * 86_400_000));
    expect(await names(desk.tenant.id)).toEqual([kept.attachments[0].id]);
    await system.operator.delete(`/tenants/${desk.tenant.id}?purge=now`);
    while ((await system.operator.get(`/tenants/${desk.tenant.id}`)).status !== 404) await sleep(50);
    expect(await names(desk.tenant.id)).toEqual([]);
  });
});

describe('while the storage is away', () => {
  let system: System;
  let desk: Helpdesk;
  const away = () => `${system.installation.attachmentsFolder}-away`;

  beforeAll(async () => {
    system = await startSystem();
    desk = await openHelpdesk(system);
  });
  afterAll(async () => {
    await rm(away(), { recursive: true, force: true });
    await system?.close();
  });

  /** Puts a file where the folder is, so that nothing below it can be reached, until the work is done. */
  async function withoutStorage(work: () => Promise<void>): Promise<void> {
    const { attachmentsFolder: folder } = system.installation;
    await rename(folder, away());
    await writeFile(folder, '');
    try {
      await work();
    } finally {
      await rm(folder);
      await rename(away(), folder);
    }
  }

  it('files are neither taken nor given, and everything else works', async () => {
    const { id } = await upload(desk.customer);
    const before = await inDatabase(desk.tenant, 'SELECT "id" FROM "Attachment"');
    const path = await pathTo(desk.customer, id);
    await withoutStorage(async () => {
      expect(refusal(await send(desk.customer, 'x'))).toEqual([503, 'service_unavailable']);
      expect((await follow(system, desk.tenant, path)).status).toBe(503);
      expect((await desk.customer.get(`/attachments/${id}`)).status).toBe(200);
      const ticket = await openTicket(desk.customer);
      await reply(desk.customer, ticket.id, { body: 'x', attachmentIds: [id] });
    });
    expect((await follow(system, desk.tenant, path)).status).toBe(200);
    const sweep = system.appApp.get(AttachmentSweep, { strict: false });
    await sweep.run();
    expect(await inDatabase(desk.tenant, 'SELECT "id" FROM "Attachment"')).toEqual(before);
  });

  it('a comment is redacted all the same, and its bytes go when it is back', async () => {
    const ticket = await openTicket(desk.customer);
    const { id } = await upload(desk.customer);
    const comment = await reply(desk.customer, ticket.id, { body: 'x', attachmentIds: [id] });
    await withoutStorage(async () => {
      const redacted = await desk.admin.post(`/tickets/${ticket.id}/comments/${comment.id}/redact`);
      expect([redacted.status, redacted.body.body, redacted.body.attachments]).toEqual([200, '', []]);
      expect((await desk.customer.get(`/attachments/${id}`)).status).toBe(404);
    });
    expect(await stored(system, desk.tenant)).toContain(id);
    await system.appApp.get(AttachmentSweep, { strict: false }).run();
    expect(await stored(system, desk.tenant)).not.toContain(id);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "Attachment" WHERE "id" = $1', [id])).toEqual([]);
  });

  it('a purge waits for it', async () => {
    const { tenant, customer } = await openHelpdesk(system);
    await upload(customer);
    await withoutStorage(async () => {
      await system.operator.delete(`/tenants/${tenant.id}?purge=now`);
      await sleep(1500);
      expect((await system.operator.get(`/tenants/${tenant.id}`)).status).toBe(200);
    });
    while ((await system.operator.get(`/tenants/${tenant.id}`)).status !== 404) await sleep(50);
    expect(await stored(system, tenant)).toEqual([]);
  });
});

describe('without a storage', () => {
  it('nothing can be attached, and comments are written as ever', async () => {
    const system = await startSystem({ app: { ATTACHMENTS_DIR: '' } });
    try {
      const desk = await openHelpdesk(system);
      expect(refusal(await send(desk.customer, 'x'))).toEqual([503, 'service_unavailable']);
      const ticket = await openTicket(desk.customer);
      expect((await reply(desk.customer, ticket.id, { body: 'x' })).attachments).toEqual([]);
    } finally {
      await system.close();
    }
  });
});
