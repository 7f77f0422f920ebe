import { randomUUID } from 'node:crypto';
import {
  admins,
  agentAlone,
  authors,
  everybody,
  insiders,
  readers,
  staff,
  workers,
  writers,
  type Answers,
  type Deed,
} from './deed.js';
import type { User } from '@helpdeskly/testing';
import type { Scene } from './scene.js';

const ticket = (scene: Scene) => [scene.ticket()];
const publicComment = (scene: Scene) => [scene.ticket(), scene.publicComment()];
const internalComment = (scene: Scene) => [scene.ticket(), scene.internalComment()];
const opening = { title: 'x', description: 'x' };

/** The fields of a ticket that are the staff's, each with something that it may hold. */
const closed = { priority: 'LOW', assignedToId: null, groupId: null, tags: ['x'] };

const opened: readonly Deed[] = [
  { route: 'GET /tickets', name: 'list tickets', answers: everybody(200) },
  { route: 'GET /tickets', name: 'filter tickets by priority', asks: () => '?priority=high', answers: staff(200) },
  { route: 'GET /tickets', name: 'filter tickets by a tag', asks: ({ tag }) => `?tag=${tag}`, answers: staff(200) },
  { route: 'GET /tickets', name: 'sort tickets by priority', asks: () => '?sort=-priority', answers: staff(200) },
  { route: 'GET /tickets', name: 'list deleted tickets', asks: () => '?deleted=only', answers: admins(200) },
  { route: 'POST /tickets', name: 'open a ticket', sends: () => opening, answers: everybody(201) },
  {
    route: 'POST /tickets',
    name: 'open a ticket in the name of another',
    sends: ({ cast }) => ({ ...opening, authorId: cast.customer.id }),
    answers: staff(201),
  },
  ...Object.entries({ ...closed, status: 'OPEN' }).map(([field, value]): Deed => ({
    route: 'POST /tickets',
    name: `open a ticket with ${field}`,
    sends: () => ({ ...opening, [field]: value }),
    answers: staff(201),
  })),
  {
    route: 'POST /tickets',
    name: 'follow a ticket up',
    sends: async (scene) => ({ ...opening, followUpOfId: await scene.ticket() }),
    answers: [201, 201, 201, 201, 201, 201, 422],
    deleted: everybody(422),
  },
];

const changed: readonly Deed[] = [
  { route: 'GET /tickets/{id}', name: 'read a ticket', names: ticket, answers: readers(200) },
  ...Object.entries({ RESOLVED: authors(200), OPEN: authors(200), PENDING: workers(200), ON_HOLD: workers(200) }).map(
    ([status, answers]): Deed => ({
      route: 'PATCH /tickets/{id}',
      name: `make a ticket ${status}`,
      names: ticket,
      sends: () => ({ status }),
      answers,
    }),
  ),
  {
    route: 'PATCH /tickets/{id}',
    name: 'close a ticket that is not resolved',
    names: ticket,
    sends: () => ({ status: 'CLOSED' }),
    answers: workers(409),
  },
  ...Object.entries({ ...closed, title: 'x', description: 'x', followUpOfId: null }).map(([field, value]): Deed => ({
    route: 'PATCH /tickets/{id}',
    name: `change the ${field} of a ticket`,
    names: ticket,
    sends: () => ({ [field]: value }),
    answers: workers(200),
  })),
  ...['addTags', 'removeTags'].map((field): Deed => ({
    route: 'PATCH /tickets/{id}',
    name: `change tags of a ticket by ${field}`,
    names: ticket,
    sends: () => ({ [field]: ['x'] }),
    answers: workers(200),
  })),
  {
    route: 'PATCH /tickets/{id}',
    name: 'make a ticket their own',
    names: ticket,
    sends: (_scene, { id }) => ({ authorId: id }),
    answers: workers(200),
  },
  {
    route: 'PATCH /tickets/{id}',
    name: 'resolve and retitle a ticket',
    names: ticket,
    sends: () => ({ status: 'RESOLVED', title: 'x' }),
    answers: workers(200),
  },
  { route: 'DELETE /tickets/{id}', name: 'delete a ticket', names: ticket, answers: admins(204) },
  {
    route: 'POST /tickets/{id}/restore',
    name: 'restore a ticket',
    names: ticket,
    answers: admins(200),
    deleted: admins(200),
  },
  {
    route: 'POST /tickets/bulk',
    name: 'change the tickets that a filter finds',
    sends: () => ({ filter: { tag: 'unused' }, changes: { priority: 'LOW' } }),
    answers: staff(202),
  },
  {
    route: 'GET /tickets/bulk/{runId}',
    name: 'see how the work stands that the agent asked for',
    names: (scene) => [scene.agentsRun()],
    answers: [200, 200, 404, 403, 403, 403, 403],
  },
  {
    route: 'POST /tickets/bulk',
    name: 'change many tickets',
    sends: async (scene) => ({ ids: [await scene.ticket()], changes: { priority: 'LOW' } }),
    answers: staff(200),
  },
  {
    route: 'POST /tickets/bulk',
    name: 'reply to many tickets',
    sends: async (scene) => ({ ids: [await scene.ticket()], comment: { body: 'x' } }),
    answers: staff(200),
  },
  {
    route: 'POST /tickets/bulk',
    name: 'apply a personal macro of the agent to many tickets',
    sends: async (scene) => ({ ids: [await scene.ticket()], macroId: await scene.agentsMacro() }),
    answers: [422, 200, 422, 403, 403, 403, 403],
  },
  {
    route: 'POST /tickets/{id}/merge',
    name: 'merge a ticket',
    names: ticket,
    sends: async (scene) => ({ intoId: await scene.twin() }),
    answers: staff(200),
  },
  {
    route: 'POST /tickets/{id}/merge',
    name: 'merge a ticket by force',
    names: ticket,
    sends: async (scene) => ({ intoId: await scene.twin(), force: true }),
    answers: admins(200),
  },
  ...['title', 'description'].map((field): Deed => ({
    route: 'POST /tickets/{id}/redact',
    name: `redact the ${field} of a ticket`,
    names: ticket,
    sends: () => ({ fields: [field] }),
    answers: admins(200),
  })),
  { route: 'GET /tickets/{id}/related', name: 'see related tickets', names: ticket, answers: readers(200) },
  {
    route: 'POST /tickets/{id}/split',
    name: 'split a comment off',
    names: ticket,
    sends: async (scene) => ({ commentIds: [await scene.publicComment()], title: 'x' }),
    answers: staff(201),
  },
  { route: 'GET /tickets/{id}/events', name: 'read the events of a ticket', names: ticket, answers: readers(200) },
  { route: 'GET /events', name: 'read the events of all tickets', answers: staff(200) },
  {
    route: 'GET /tickets/{id}/presence',
    name: 'see who looks at a ticket',
    names: ticket,
    answers: staff(200),
  },
  {
    route: 'PUT /tickets/{id}/presence',
    name: 'say that they look at a ticket',
    names: ticket,
    sends: () => ({ state: 'VIEWING' }),
    answers: staff(204),
  },
  { route: 'GET /stream', name: 'hear of changes', answers: everybody(200) },
];

const reply = (name: string, answers: Answers, sends: Deed['sends']): Deed => ({
  route: 'POST /tickets/{id}/comments',
  name,
  names: ticket,
  answers,
  sends,
});

const comments: readonly Deed[] = [
  { route: 'GET /tickets/{id}/comments', name: 'read the comments of a ticket', names: ticket, answers: readers(200) },
  {
    route: 'GET /tickets/{id}/comments/{commentId}',
    name: 'read a public comment',
    names: publicComment,
    answers: readers(200),
  },
  {
    route: 'GET /tickets/{id}/comments/{commentId}',
    name: 'read an internal comment',
    names: internalComment,
    answers: insiders(200),
  },
  reply('comment in public', writers(201), () => ({ body: 'x' })),
  reply('comment internally', workers(201), () => ({ body: 'x', visibility: 'INTERNAL' })),
  reply('comment and resolve', authors(201), () => ({ body: 'x', status: 'RESOLVED' })),
  reply('comment and put on hold', workers(201), () => ({ body: 'x', status: 'ON_HOLD' })),
  reply('comment and resolve by a change', authors(201), () => ({ body: 'x', changes: { status: 'RESOLVED' } })),
  reply('comment and put on hold by a change', workers(201), () => ({ body: 'x', changes: { status: 'ON_HOLD' } })),
  ...Object.entries({ priority: 'LOW', assignedToId: null, groupId: null, addTags: ['x'], removeTags: ['x'] }).map(
    ([field, value]) =>
      reply(`comment and change ${field}`, workers(201), () => ({ body: 'x', changes: { [field]: value } })),
  ),
  reply('comment with a file of the agent', [422, 201, 422, 422, 403, 422, 404], async (scene) => ({
    body: 'x',
    attachmentIds: [await scene.agentsFile()],
  })),
  reply('comment with a file of the customer', [422, 422, 422, 201, 403, 422, 404], async (scene) => ({
    body: 'x',
    attachmentIds: [await scene.customersFile()],
  })),
  reply('comment with a file of another comment', [422, 422, 422, 422, 403, 422, 404], async (scene) => ({
    body: 'x',
    attachmentIds: [await scene.shownFile()],
  })),
  {
    route: 'POST /tickets/{id}/comments/{commentId}/redact',
    name: 'redact a public comment',
    names: publicComment,
    answers: admins(200),
  },
  {
    route: 'POST /tickets/{id}/comments/{commentId}/redact',
    name: 'redact an internal comment',
    names: internalComment,
    answers: admins(200),
  },
  {
    route: 'DELETE /tickets/{id}/comments/{commentId}',
    name: 'take back a comment of their own that is not sent yet',
    names: held,
    answers: [204, 204, 204, 204, 404, 204, 404],
    deleted: [204, 204, 204, 204, 404, 204, 404],
  },
  {
    route: 'DELETE /tickets/{id}/comments/{commentId}',
    name: 'take back a public comment that was sent',
    names: publicComment,
    answers: [403, 409, 403, 403, 403, 403, 404],
    deleted: everybody(404),
  },
  {
    route: 'DELETE /tickets/{id}/comments/{commentId}',
    name: 'take back an internal comment that was sent',
    names: internalComment,
    answers: [403, 409, 403, 404, 404, 404, 404],
    deleted: everybody(404),
  },
];

/** A comment that the person sends later, if they may: to a ticket of its own, since a scene does not change by itself. */
function held(scene: Scene, me: User): readonly Promise<string>[] {
  const ticketId = scene.another();
  const holding = ticketId.then((id) => me.post(`/tickets/${id}/comments`, { body: 'x', sendAfter: 60 }));
  return [ticketId, holding.then(({ body }) => (body.id as string | undefined) ?? randomUUID())];
}

/** A ticket for which the person has a draft, if they may. */
async function drafted(scene: Scene, me: User): Promise<string> {
  const id = await scene.ticket();
  await me.send('PUT', `/tickets/${id}/draft`, { body: 'x' });
  return id;
}

const drafts: readonly Deed[] = [
  {
    route: 'PUT /tickets/{id}/draft',
    name: 'write a draft',
    names: ticket,
    sends: () => ({ body: 'x' }),
    answers: writers(200),
  },
  {
    route: 'PUT /tickets/{id}/draft',
    name: 'write a draft of an internal comment',
    names: ticket,
    sends: () => ({ body: 'x', visibility: 'INTERNAL' }),
    answers: workers(200),
  },
  {
    route: 'GET /tickets/{id}/draft',
    name: 'read a draft of their own',
    names: (scene, me) => [drafted(scene, me)],
    answers: [200, 200, 200, 200, 404, 200, 404],
  },
  {
    route: 'DELETE /tickets/{id}/draft',
    name: 'delete a draft of their own',
    names: (scene, me) => [drafted(scene, me)],
    answers: [204, 204, 204, 204, 404, 204, 404],
  },
];

const links: readonly Deed[] = [
  { route: 'POST /tickets/{id}/spam', name: 'mark a ticket as spam', names: ticket, answers: staff(200) },
  { route: 'DELETE /tickets/{id}/spam', name: 'undo that it is spam', names: ticket, answers: staff(404) },
  { route: 'GET /tickets/{id}/links', name: 'see the links of a ticket', names: ticket, answers: staff(200) },
  {
    route: 'POST /tickets/{id}/links',
    name: 'link a ticket',
    names: ticket,
    sends: async (scene) => ({ ticketId: await scene.twin(), type: 'BLOCKS' }),
    answers: staff(201),
  },
  {
    route: 'DELETE /tickets/{id}/links/{linkId}',
    name: 'take a link away',
    names: (scene) => [scene.ticket(), scene.link()],
    answers: staff(204),
  },
];

const participants: readonly Deed[] = [
  {
    route: 'GET /tickets/{id}/opening',
    name: 'see what opened a ticket',
    names: ticket,
    answers: readers(200),
  },
  {
    route: 'GET /tickets/{id}/participants',
    name: 'see who takes part in a ticket',
    names: ticket,
    answers: readers(200),
  },
  {
    route: 'PUT /tickets/{id}/participants/{userId}',
    name: 'let a customer into a ticket',
    names: (scene) => [scene.ticket(), scene.cast.stranger.id],
    answers: staff(204),
  },
  {
    route: 'PUT /tickets/{id}/participants/{userId}',
    name: 'let themselves into a ticket',
    names: (scene, { id }) => [scene.ticket(), id],
    answers: staff(204),
  },
  {
    route: 'DELETE /tickets/{id}/participants/{userId}',
    name: 'let the guest take part no more',
    names: (scene) => [scene.ticket(), scene.cast.guest.id],
    answers: staff(204),
  },
];

const macroRuns = ['preview', 'apply'].flatMap((verb): Deed[] => [
  {
    route: `POST /tickets/{id}/macros/{macroId}/${verb}`,
    name: `${verb} a shared macro`,
    names: (scene) => [scene.ticket(), scene.sharedMacro()],
    answers: staff(200),
  },
  {
    route: `POST /tickets/{id}/macros/{macroId}/${verb}`,
    name: `${verb} a personal macro of the agent`,
    names: (scene) => [scene.ticket(), scene.agentsMacro()],
    answers: agentAlone(200),
  },
]);

export const ticketDeeds: readonly Deed[] = [
  ...opened,
  ...changed,
  ...comments,
  ...drafts,
  ...links,
  ...participants,
  ...macroRuns,
];
