import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TenantCatalog } from '@helpdeskly/catalog';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { connected, sharedSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import { MailAddresses } from '../src/mail-core/mail-addresses.js';
import { messageIdOf } from '../src/mail-core/message-ids.js';
import { findOwnMessage } from '../src/mail-core/own-messages.js';
import { ReplyAddresses } from '../src/mail-core/reply-addresses.js';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const onlyMailbox = async ({ admin }: Pick<TestTenant, 'admin'> = desk) => {
  const { body } = await admin.get('/mailboxes?include=total');
  expect(body.meta.total).toBe(1);
  return body.data[0];
};

async function within<T>(work: () => Promise<T>): Promise<T> {
  const tenant = await system.appApp.get(TenantCatalog).byId(desk.tenant.id);
  return system.appApp.get(TenantContext).enter(tenant as never, work);
}

describe('a mailbox', () => {
  it('is there from the start: support at the mail host of the helpdesk', async () => {
    const { tenant } = desk;
    const mailbox = await onlyMailbox();
    expect(mailbox).toMatchObject({
      address: `support@${tenant.slug}.localhost`,
      name: null,
      groupId: null,
      isDefault: true,
      signature: null,
      autoReply: false,
      version: 1,
    });
    expect((await desk.admin.get(`/mailboxes/${mailbox.id}`)).body).toEqual(mailbox);
    expect((await onlyMailbox(await system.createTenant())).id).not.toBe(mailbox.id);
  });

  it('is changed when it is as it was read, and keeps its version when nothing changes', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id } = await onlyMailbox(tenant);
    const { body: group } = await admin.post('/groups', { name: 'Mail' });
    const fields = { name: 'Acme Support', groupId: group.id, signature: 'Acme', autoReply: true };
    const changed = await admin.patch(`/mailboxes/${id}`, fields, { headers: { 'if-match': '"1"' } });
    expect(changed.body).toMatchObject({ ...fields, version: 2 });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await admin.patch(`/mailboxes/${id}`, fields)).body).toEqual(changed.body);
    const late = await admin.patch(`/mailboxes/${id}`, { name: 'x' }, { headers: { 'if-match': '"1"' } });
    expect([late.status, late.body.code]).toEqual([412, 'version_conflict']);
    expect((await admin.patch(`/mailboxes/${id}`, { name: null, signature: null })).body).toMatchObject({
      name: null,
      signature: null,
      version: 3,
    });
    const { body: trail } = await admin.get('/audit-events?type=MAILBOX_UPDATED');
    expect(trail.data.map(({ actor, details }: any) => [actor.id, details])).toEqual([
      [admin.id, { mailboxId: id, rewritten: ['name', 'signature'], changes: {} }],
      [
        admin.id,
        {
          mailboxId: id,
          rewritten: ['name', 'signature'],
          changes: { groupId: { from: null, to: group.id }, autoReply: { from: false, to: true } },
        },
      ],
    ]);
    expect((await admin.delete(`/groups/${group.id}`)).status).toBe(204);
    expect((await admin.get(`/mailboxes/${id}`)).body.groupId).toBeNull();
  });

  it('is told of without its former texts in events of before, too', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const autoReply = { from: false, to: true };
    const old = { mailboxId: 'x', changes: { signature: { from: 'Anna, 555-0100', to: null }, autoReply } };
    await connected(urlOf(tenant.databaseName), async (client) => {
      await client.query(`INSERT INTO "AuditEvent" ("type", "details") VALUES ('MAILBOX_UPDATED', $1)`, [old]);
      const file = '../../../prisma/tenant/migrations/20261130030000_audit_of_mailboxes/migration.sql';
      await client.query(await readFile(new URL(file, import.meta.url), 'utf8'));
    });
    const { body } = await admin.get('/audit-events?type=MAILBOX_UPDATED');
    expect(body.data[0].details).toEqual({ mailboxId: 'x', rewritten: ['signature'], changes: { autoReply } });
  });

  it('stays the default while there is no other one', async () => {
    const { id } = await onlyMailbox();
    const { status, body } = await desk.admin.patch(`/mailboxes/${id}`, { isDefault: false });
    expect([status, body.errors[0].field]).toEqual([400, 'isDefault']);
    expect((await onlyMailbox()).isDefault).toBe(true);
  });

  it('comes to no group that is not there, and takes no other address', async () => {
    const { id } = await onlyMailbox();
    const groupId = '01a1fac5-30c5-7dac-ac30-a758dbba7229';
    expect((await desk.admin.patch(`/mailboxes/${id}`, { groupId })).body.code).toBe('invalid_reference');
    expect((await desk.admin.patch(`/mailboxes/${id}`, { address: 'a@b.example' })).status).toBe(400);
    expect((await desk.admin.get('/mailboxes/none')).status).toBe(404);
  });

  it('comes to no group that is being deleted', async () => {
    const { id } = await onlyMailbox();
    const { body: group } = await desk.admin.post('/groups', { name: 'Going' });
    await connected(urlOf(desk.tenant.databaseName), async (client) => {
      await client.query('BEGIN');
      await client.query('DELETE FROM "Group" WHERE "id" = $1', [group.id]);
      const changing = desk.admin.patch(`/mailboxes/${id}`, { groupId: group.id });
      const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await until(async () => (await client.query(waits)).rowCount === 1);
      await client.query('COMMIT');
      const { status, body } = await changing;
      expect([status, body.code]).toEqual([422, 'invalid_reference']);
    });
  });
});

describe('a reply address', () => {
  it('is the same for a person and a ticket at any time, is found in any case, and stored as a hash', async () => {
    const { id: ticketId } = await openTicket(desk.customer);
    const replies = system.appApp.get(ReplyAddresses);
    const whose = { ticketId, userId: desk.customer.id };
    const told = (userId: string) =>
      within(() =>
        system.appApp.get(TenantDatabase).transaction((tx) => replies.replyAddressOf(tx, { ticketId, userId })),
      );
    const address = await told(desk.customer.id);
    expect(address).toMatch(new RegExp(`^support\\+[a-z2-7]{26}@${desk.tenant.slug}\\.localhost$`));
    expect(await told(desk.customer.id)).toBe(address);
    expect(await told(desk.stranger.id)).not.toBe(address);
    const token = await within(async () => system.appApp.get(MailAddresses).read(address.toUpperCase()));
    expect(token).toMatchObject({ for: 'reply' });
    const find = (text: string) => within(() => replies.findReplyToken(system.appApp.get(TenantDatabase).client, text));
    expect(await find((token as { token: string }).token)).toEqual(whose);
    expect(await find('a'.repeat(26))).toBeUndefined();
    const stored = await connected(urlOf(desk.tenant.databaseName), (client) =>
      client.query(`SELECT encode("tokenHash", 'escape') AS hash FROM "ReplyToken" WHERE "ticketId" = $1`, [ticketId]),
    );
    expect(JSON.stringify(stored.rows)).not.toContain((token as { token: string }).token);
    expect(stored.rows).toHaveLength(2);
  });
});

describe('a Message-ID', () => {
  it('names the mail that was sent about a ticket, and nothing for any other ticket or mail', async () => {
    const { id: ticketId } = await openTicket(desk.customer);
    const { id: otherId } = await openTicket(desk.customer);
    const data = { kind: 'REPLY', ticketId, address: desk.customer.email } as const;
    const find = (about: string, deliveryId: string) =>
      within(async () => {
        const messageId = messageIdOf({ ticketId: about, deliveryId }, system.appApp.get(MailAddresses).host);
        return findOwnMessage(system.appApp.get(TenantDatabase).client, `<${messageId}>`);
      });
    const { id } = await within(() => system.appApp.get(TenantDatabase).client.mailDelivery.create({ data }));
    expect(await find(ticketId, id)).toEqual({ deliveryId: id, ticketId, commentId: null });
    expect(await find(otherId, id)).toBeUndefined();
    expect(await find(ticketId, otherId)).toBeUndefined();
  });
});
