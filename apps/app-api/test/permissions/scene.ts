import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { until, type Caller } from '@helpdeskly/testing';
import { exported, importedAs, zipOf } from '../archives.js';
import { formOf, upload } from '../files.js';
import { openTicket, reply } from '../helpdesk.js';
import { inDatabase } from '../people.js';
import type { Cast } from './cast.js';

/** Made when it is first asked for, and then the same. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function made(caller: Caller, path: string, body: object): Promise<string> {
  const answer = await caller.post(path, body);
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body.id;
}

/** What deeds are done to, by ids. Each thing is made when a deed first names it. */
export class Scene {
  private readonly mark = randomBytes(4).toString('hex');
  /** What is said in a public comment of this scene's ticket alone, and in an internal one. */
  readonly shown = `shown${this.mark}`;
  readonly hidden = `hidden${this.mark}`;
  readonly tag = `tag-${this.mark}`;

  constructor(readonly cast: Cast) {}

  /** The customer's own; the guest was let into it, and the agent follows it. */
  readonly ticket = once(() => this.another([this.tag]));

  /** Another one of the same customer. */
  readonly twin = once(async () => (await openTicket(this.cast.customer)).id as string);

  readonly publicComment = once(() => this.comment({ body: this.shown }));
  readonly internalComment = once(() => this.comment({ body: this.hidden, visibility: 'INTERNAL' }));

  /** The ticket, which the agent has, and whose priority somebody has changed. */
  readonly assigned = once(async () => {
    const { agent } = this.cast;
    const changes = { assignedToId: agent.id, priority: 'HIGH', tags: [this.tag, 'urgent'] };
    const id = await this.ticket();
    expect((await agent.patch(`/tickets/${id}`, changes)).status).toBe(200);
    return id;
  });

  readonly link = once(async () =>
    made(this.cast.agent, `/tickets/${await this.ticket()}/links`, { ticketId: await this.twin(), type: 'RELATED' }),
  );

  /** One whose place another one has taken: it stays as it is, whoever orders the next. */
  readonly export = once(async () => {
    const { id } = await exported(this.cast.admin);
    await exported(this.cast.admin);
    return id as string;
  });

  /** One that imported nothing, and has ended. */
  readonly import = once(async () => {
    const { admin } = this.cast;
    const { body } = await admin.post('/imports', formOf(await zipOf({ 'users.json': '{"id":1}' }), 'a.zip'));
    await importedAs(admin, body.id, ['CHECKED']);
    await admin.post(`/imports/${body.id}/run`);
    await importedAs(admin, body.id, ['DONE']);
    return body.id as string;
  });

  /** Files that no comment names. */
  readonly agentsFile = once(async () => (await upload(this.cast.agent)).id as string);
  readonly customersFile = once(async () => (await upload(this.cast.customer)).id as string);
  /** Files of a public comment and of an internal one. */
  readonly shownFile = once(() => this.attached({ body: 'Look.' }));
  readonly hiddenFile = once(() => this.attached({ body: 'Look.', visibility: 'INTERNAL' }));

  /** A customer and an agent who were invited. */
  readonly invited = once(() => this.user('CUSTOMER'));
  readonly invitedTwin = once(() => this.user('CUSTOMER'));
  readonly invitedAgent = once(() => this.user('AGENT'));

  readonly group = once(() => made(this.cast.admin, '/groups', { name: `Group ${this.mark}` }));
  /** The group that the agent is in. */
  readonly team = once(async () => {
    const { admin, agent } = this.cast;
    const id = await made(admin, '/groups', { name: `Team ${this.mark}` });
    expect((await admin.put(`/groups/${id}/members/${agent.id}`)).status).toBe(204);
    return id;
  });

  readonly organization = once(() => made(this.cast.agent, '/organizations', { name: `Org ${this.mark}` }));

  readonly agentsView = once(() => this.view(this.cast.agent));
  readonly adminsView = once(() => this.view(this.cast.admin));
  readonly sharedView = once(() => this.view(this.cast.admin, { shared: true }));

  readonly agentsMacro = once(() => this.macro(this.cast.agent));
  readonly adminsMacro = once(() => this.macro(this.cast.admin));
  readonly sharedMacro = once(() => this.macro(this.cast.admin, { shared: true }));

  readonly apiKey = once(() =>
    made(this.cast.admin, '/api-keys', { name: 'A key', role: 'AGENT', scopes: ['tickets:read'] }),
  );

  /** Off, so that what happens meanwhile changes nothing about it. */
  readonly webhook = once(() => made(this.cast.admin, '/webhooks', { url: 'http://127.0.0.1:9/', enabled: false }));
  /** On; nobody listens there. */
  readonly liveWebhook = once(() =>
    made(this.cast.admin, '/webhooks', { url: 'http://127.0.0.1:9/', events: ['UNLINKED'] }),
  );
  readonly webhookDelivery = once(async () => {
    const { status, body } = await this.cast.admin.post(`/webhooks/${await this.liveWebhook()}/test`);
    expect([status, body.failure]).toEqual([200, 'CONNECTION_FAILED']);
    return body.id as string;
  });

  readonly mailbox = once(async () => (await this.cast.admin.get('/mailboxes')).body.data[0].id as string);

  /** A mail that arrived and is in no ticket. */
  async inboundMail(status: 'HELD' | 'FAILED'): Promise<string> {
    const [mail] = await inDatabase(
      this.cast.tenant,
      `INSERT INTO "InboundMail" ("status", "envelopeFrom", "envelopeTo", "size", "sha256", "contentKey", "storedAt")
       VALUES ($1::"InboundMailStatus", 'a@b.example', '{}', 1, '', decode(md5(random()::text), 'hex'), now()) RETURNING "id"::text`,
      [status],
    );
    return mail?.id as string;
  }

  /** The agent's, of a ticket that was assigned. */
  readonly notification = once(async () => {
    const { admin, agent } = this.cast;
    const { id } = await openTicket(admin, { assignedToId: agent.id });
    const { body } = await agent.get('/notifications?kind=assigned');
    return body.data.find(({ ticketId }: { ticketId: string }) => ticketId === id).id as string;
  });

  /** Work on the tickets of a filter, ended. */
  readonly agentsRun = once(async () => {
    const { agent } = this.cast;
    const work = { filter: { tag: 'unused' }, changes: { priority: 'LOW' } };
    const { status, body } = await agent.post('/tickets/bulk', work);
    expect(status).toBe(202);
    const id = body.id as string;
    await until(async () => (await agent.get(`/tickets/bulk/${id}`)).body.endedAt !== null);
    return id;
  });

  /** A name that nothing has yet. */
  newName(): string {
    return `New ${randomBytes(6).toString('hex')}`;
  }

  newEmail(): string {
    return `${randomBytes(6).toString('hex')}@new.example`;
  }

  /** Another one like the ticket. */
  async another(tags: readonly string[] = []): Promise<string> {
    const { admin, agent, guest, customer } = this.cast;
    const { id } = await openTicket(agent, { authorId: customer.id, tags });
    for (const user of [guest, agent])
      expect((await admin.put(`/tickets/${id}/participants/${user.id}`)).status).toBe(204);
    return id as string;
  }

  private async comment(fields: object): Promise<string> {
    return (await reply(this.cast.agent, await this.ticket(), fields)).id;
  }

  private async attached(fields: object): Promise<string> {
    const { id } = await upload(this.cast.agent);
    await this.comment({ ...fields, attachmentIds: [id] });
    return id;
  }

  private user(role: string): Promise<string> {
    return made(this.cast.admin, '/users', { email: this.newEmail(), name: 'Ines Invited', role });
  }

  /** It finds what was said internally. */
  private view(owner: Caller, fields: object = {}): Promise<string> {
    return made(owner, '/views', { name: 'A view', filters: { q: this.hidden }, ...fields });
  }

  private macro(owner: Caller, fields: object = {}): Promise<string> {
    return made(owner, '/macros', { name: 'A macro', changes: { priority: 'LOW' }, ...fields });
  }
}

/** A scene with all that belongs to its ticket, and the ticket deleted. */
export async function deletedScene(cast: Cast): Promise<Scene> {
  const scene = new Scene(cast);
  for (const thing of ['publicComment', 'internalComment', 'link', 'shownFile', 'hiddenFile'] as const)
    await scene[thing]();
  expect((await cast.admin.delete(`/tickets/${await scene.ticket()}`)).status).toBe(204);
  return scene;
}
