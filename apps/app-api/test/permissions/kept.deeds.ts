import { zipOf } from '../archives.js';
import { formOf } from '../files.js';
import {
  adminAlone,
  admins,
  agentAlone,
  everybody,
  insiders,
  readers,
  staff,
  type Answers,
  type Deed,
} from './deed.js';
import type { Scene } from './scene.js';

interface Kept {
  readonly route: string;
  readonly noun: string;
  readonly fields: object;
  readonly agents: (scene: Scene) => Promise<string>;
  readonly admins: (scene: Scene) => Promise<string>;
  readonly shared: (scene: Scene) => Promise<string>;
  /** What can be read of one. */
  readonly parts: readonly string[];
}

const views: Kept = {
  route: '/views',
  noun: 'view',
  fields: { name: 'x' },
  agents: (scene) => scene.agentsView(),
  admins: (scene) => scene.adminsView(),
  shared: (scene) => scene.sharedView(),
  parts: ['', '/tickets'],
};

const macros: Kept = {
  route: '/macros',
  noun: 'macro',
  fields: { name: 'x', reply: { body: 'x' } },
  agents: (scene) => scene.agentsMacro(),
  admins: (scene) => scene.adminsMacro(),
  shared: (scene) => scene.sharedMacro(),
  parts: [''],
};

/** What agents keep to work with: personal ones are their owner's alone, shared ones the staff's to use and the admins' to keep. */
function keeping({ route, noun, fields, parts, ...things }: Kept): Deed[] {
  const whose: readonly [string, (scene: Scene) => Promise<string>, (answer: number) => Answers][] = [
    [`a personal ${noun} of the agent`, things.agents, agentAlone],
    [`a personal ${noun} of the admin`, things.admins, adminAlone],
    [`a shared ${noun}`, things.shared, admins],
  ];
  return [
    { route: `GET ${route}`, name: `list ${noun}s`, answers: staff(200) },
    { route: `POST ${route}`, name: `make a personal ${noun}`, sends: () => fields, answers: staff(201) },
    {
      route: `POST ${route}`,
      name: `make a shared ${noun}`,
      sends: () => ({ ...fields, shared: true }),
      answers: admins(201),
    },
    ...whose.flatMap(([name, thing, keepers]): Deed[] => {
      const names = (scene: Scene) => [thing(scene)];
      return [
        ...parts.map((part): Deed => ({
          route: `GET ${route}/{id}${part}`,
          name: `read ${part === '' ? '' : 'the tickets of '}${name}`,
          names,
          answers: keepers === admins ? staff(200) : keepers(200),
        })),
        {
          route: `PATCH ${route}/{id}`,
          name: `rename ${name}`,
          names,
          sends: () => ({ name: 'y' }),
          answers: keepers(200),
        },
        { route: `DELETE ${route}/{id}`, name: `delete ${name}`, names, answers: keepers(204) },
      ];
    }),
  ];
}

const agentsOwn = (answer: number): Answers => [404, answer, 404, 404, 404, 404, 404];
const customersOwn = (answer: number): Answers => [404, 404, 404, answer, 404, 404, 404];

interface Filed {
  readonly name: string;
  readonly file: (scene: Scene) => Promise<string>;
  readonly read: Answers;
  readonly removed: Answers;
  /** Whether it is seen with a ticket. */
  readonly bound: boolean;
}

/** Files are seen with their comment, and before that by their uploader alone; those of a comment go with it. */
const files: readonly Filed[] = [
  {
    name: 'an unused file of the agent',
    file: (scene) => scene.agentsFile(),
    read: agentsOwn(200),
    removed: agentsOwn(204),
    bound: false,
  },
  {
    name: 'an unused file of the customer',
    file: (scene) => scene.customersFile(),
    read: customersOwn(200),
    removed: customersOwn(204),
    bound: false,
  },
  {
    name: 'a file of a public comment',
    file: (scene) => scene.shownFile(),
    read: readers(200),
    removed: readers(403),
    bound: true,
  },
  {
    name: 'a file of an internal comment',
    file: (scene) => scene.hiddenFile(),
    read: insiders(200),
    removed: insiders(403),
    bound: true,
  },
];

const attachments: readonly Deed[] = [
  { route: 'POST /attachments', name: 'upload a file', sends: () => formOf('some words'), answers: everybody(201) },
  ...files.flatMap(({ name, file, read, removed, bound }): Deed[] => {
    const rest = { names: (scene: Scene) => [file(scene)], ...(bound ? { deleted: everybody(404) } : {}) };
    return [
      { route: 'GET /attachments/{id}', name: `read of ${name}`, answers: read, ...rest },
      { route: 'POST /attachments/{id}/download-url', name: `get a link to ${name}`, answers: read, ...rest },
      { route: 'DELETE /attachments/{id}', name: `delete ${name}`, answers: removed, ...rest },
    ];
  }),
];

const aWebhook = { names: (scene: Scene) => [scene.webhook()] };

/** What programs are told of is the admins' alone. */
const reply = () => ['reply', 'en'];
const templates: readonly Deed[] = [
  { route: 'GET /settings/templates', name: 'list mail templates', answers: admins(200) },
  {
    route: 'GET /settings/templates/{name}/{locale}',
    name: 'read a mail template',
    names: reply,
    answers: admins(200),
  },
  {
    route: 'PUT /settings/templates/{name}/{locale}',
    name: 'write a mail template',
    names: reply,
    sends: () => ({ body: '{{comment.body}}' }),
    answers: admins(200),
  },
  {
    route: 'POST /settings/templates/{name}/{locale}/preview',
    name: 'preview a mail template',
    names: reply,
    sends: () => ({}),
    answers: admins(200),
  },
  {
    route: 'DELETE /settings/templates/{name}/{locale}',
    name: 'put a mail template back',
    names: reply,
    answers: admins(204),
  },
];

const webhooks: readonly Deed[] = [
  { route: 'GET /webhooks', name: 'list webhooks', answers: admins(200) },
  {
    route: 'POST /webhooks',
    name: 'make a webhook',
    sends: () => ({ url: 'http://127.0.0.1:9/', events: ['UNLINKED'] }),
    answers: admins(201),
  },
  { route: 'GET /webhooks/{id}', name: 'read a webhook', ...aWebhook, answers: admins(200) },
  {
    route: 'PATCH /webhooks/{id}',
    name: 'change a webhook',
    ...aWebhook,
    sends: () => ({ description: 'x' }),
    answers: admins(200),
  },
  { route: 'DELETE /webhooks/{id}', name: 'delete a webhook', ...aWebhook, answers: admins(204) },
  {
    route: 'POST /webhooks/{id}/rotate-secret',
    name: 'replace the secret of a webhook',
    ...aWebhook,
    answers: admins(200),
  },
  { route: 'POST /webhooks/{id}/test', name: 'test a webhook', ...aWebhook, answers: admins(200) },
  { route: 'GET /webhooks/{id}/deliveries', name: 'list deliveries', ...aWebhook, answers: admins(200) },
  {
    route: 'POST /webhooks/{id}/deliveries/{deliveryId}/redeliver',
    name: 'send a delivery again',
    names: (scene) => [scene.liveWebhook(), scene.webhookDelivery()],
    answers: admins(200),
  },
];

/** What the staff works with, and files. */
export const keptDeeds: readonly Deed[] = [
  ...keeping(views),
  { route: 'GET /views/counts', name: 'count the tickets of views', answers: staff(200) },
  ...['open', 'days', 'times', 'groups', 'agents'].flatMap((report): Deed[] => [
    { route: `GET /reports/tickets/${report}`, name: `read the report ${report}`, answers: admins(200) },
    { route: `GET /reports/tickets/${report}.csv`, name: `export the report ${report}`, answers: admins(200) },
  ]),
  ...keeping(macros),
  { route: 'GET /tags', name: 'list tags', answers: staff(200) },
  { route: 'GET /audit-events', name: 'read the audit trail', answers: admins(200) },
  { route: 'GET /api-keys', name: 'list API keys', answers: admins(200) },
  {
    route: 'POST /api-keys',
    name: 'make an API key',
    sends: () => ({ name: 'x', role: 'AGENT', scopes: ['tickets:read'] }),
    answers: admins(201),
  },
  { route: 'GET /api-keys/{id}', name: 'read an API key', names: (scene) => [scene.apiKey()], answers: admins(200) },
  {
    route: 'DELETE /api-keys/{id}',
    name: 'revoke an API key',
    names: (scene) => [scene.apiKey()],
    answers: admins(204),
  },
  ...webhooks,
  { route: 'GET /exports', name: 'list exports', answers: admins(200) },
  { route: 'POST /exports', name: 'export all data', answers: admins(202) },
  { route: 'GET /exports/{id}', name: 'read an export', names: (scene) => [scene.export()], answers: admins(200) },
  {
    route: 'GET /exports/{id}/content',
    name: 'download an export that is gone',
    names: (scene) => [scene.export()],
    asks: () => '?expires=1&signature=x',
    answers: admins(404),
  },
  { route: 'GET /imports', name: 'list imports', answers: admins(200) },
  {
    route: 'POST /imports',
    name: 'upload an archive to import, in a part of another name',
    sends: () => formOf('no archive', 'a.zip', 'wrong'),
    answers: admins(400),
  },
  {
    route: 'POST /imports',
    name: 'upload an archive to import',
    sends: async () => formOf(await zipOf({ 'groups.json': '{"groups":[{"id":1,"name":"Imported"}]}' }), 'export.zip'),
    answers: admins(202),
  },
  { route: 'GET /imports/{id}', name: 'read an import', names: (scene) => [scene.import()], answers: admins(200) },
  {
    route: 'GET /imports/{id}/refusals',
    name: 'list what an import refused',
    names: (scene) => [scene.import()],
    answers: admins(200),
  },
  {
    route: 'POST /imports/{id}/run',
    name: 'run an import that has ended',
    names: (scene) => [scene.import()],
    answers: admins(409),
  },
  { route: 'GET /notifications', name: 'list their notifications', answers: everybody(200) },
  {
    route: 'POST /notifications/read',
    name: 'mark notifications as read',
    sends: () => ({ before: '2026-01-01T00:00:00.000Z' }),
    answers: everybody(200),
  },
  { route: 'GET /notifications/preferences', name: 'read what they are notified of', answers: everybody(200) },
  {
    route: 'PATCH /notifications/preferences',
    name: 'choose what they are notified of',
    sends: () => ({}),
    answers: everybody(200),
  },
  { route: 'GET /settings', name: 'read the settings', answers: staff(200) },
  { route: 'GET /settings/usage', name: 'read what the helpdesk uses', answers: admins(200) },
  { route: 'PATCH /settings', name: 'change the settings', sends: () => ({}), answers: admins(200) },
  ...templates,
  ...attachments,
  { route: 'GET /inbound-mails', name: 'list mails that arrived', answers: admins(200) },
  {
    route: 'POST /inbound-mail',
    name: 'hand in a mail without a key, and as JSON',
    sends: () => ({}),
    answers: everybody(415),
  },
  {
    route: 'GET /inbound-mails/{id}',
    name: 'read a mail that never arrived',
    names: () => ['01a1fac5-30c5-7dac-ac30-a758dbba7229'],
    answers: admins(404),
  },
  { route: 'GET /undeliverable-addresses', name: 'list undeliverable addresses', answers: staff(200) },
  {
    route: 'DELETE /undeliverable-addresses/{address}',
    name: 'let mail leave to an address to which it may',
    names: () => ['nobody@customer.example'],
    answers: staff(404),
  },
  {
    route: 'POST /inbound-mails/{id}/release',
    name: 'release a held mail',
    names: (scene) => [scene.inboundMail('HELD')],
    answers: admins(200),
  },
  {
    route: 'POST /inbound-mails/{id}/refile',
    name: 'file a mail again',
    names: (scene) => [scene.inboundMail('FAILED')],
    answers: admins(200),
  },
  { route: 'GET /mailboxes', name: 'list mailboxes', answers: admins(200) },
  {
    route: 'GET /mailboxes/{id}',
    name: 'read a mailbox',
    names: (scene) => [scene.mailbox()],
    answers: admins(200),
  },
  {
    route: 'POST /mailboxes',
    name: 'add a mailbox, where no mail leaves',
    sends: () => ({ address: 'help@customer.example' }),
    answers: admins(503),
  },
  {
    route: 'POST /mailboxes/{id}/verify',
    name: 'verify the mailbox that is there by itself',
    names: (scene) => [scene.mailbox()],
    sends: () => ({ code: '12345678' }),
    answers: admins(400),
  },
  {
    route: 'POST /mailboxes/{id}/code',
    name: 'have a code sent to the mailbox that is there by itself',
    names: (scene) => [scene.mailbox()],
    answers: admins(400),
  },
  {
    route: 'POST /mailboxes/{id}/test',
    name: 'send a test mail, where no mail leaves',
    names: (scene) => [scene.mailbox()],
    answers: admins(503),
  },
  {
    route: 'DELETE /mailboxes/{id}',
    name: 'delete the mailbox that is there by itself',
    names: (scene) => [scene.mailbox()],
    answers: admins(400),
  },
  { route: 'GET /mailboxes/dns', name: 'list the DNS records of the mail domains', answers: admins(200) },
  {
    route: 'PATCH /mailboxes/{id}',
    name: 'change a mailbox',
    names: (scene) => [scene.mailbox()],
    sends: () => ({}),
    answers: admins(200),
  },
];
