import { expect } from '@jest/globals';
import { walk } from '../helpdesk.js';
import { customers, isStaff, names, staff, type DeskModel, type Name } from './desk-model.js';
import { viewComment } from './rules.js';
import { isSeen, type Changes, type TicketModel } from './ticket-model.js';
import { counted, type World } from './world.js';

/** What must be so at the end of a run, whatever the orders were. */
export async function checkEnding(model: DeskModel, world: World): Promise<void> {
  await checkNumbers(world);
  await checkDeleted(model, world);
  await checkTags(world);
  await checkViews(model, world);
  for (const ticket of model.tickets) if (!ticket.deleted) await checkHistory(model, world, ticket);
  await checkNothingLost(model, world);
  await Promise.all(customers.map((name) => checkSecrets(model, world, name)));
}

/** From 1 on, without gaps, over all tickets of the tenant. */
async function checkNumbers(world: World): Promise<void> {
  const all = [];
  for (const which of ['', '&deleted=only'])
    all.push(...(await walk(world.as('ada'), `/tickets?limit=100&merged=include${which}`)));
  const numbers = all.map(({ number }) => number).sort((one, other) => one - other);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
}

async function checkDeleted(model: DeskModel, world: World): Promise<void> {
  const { rows, total } = await counted(
    world.as('ada'),
    `/tickets?deleted=only&merged=include&limit=4&createdAfter=${model.place.since}`,
  );
  const deleted = model.tickets.filter((ticket) => ticket.deleted);
  expect(rows.map(({ id }) => id).sort()).toEqual(deleted.map(({ id }) => id).sort());
  expect(total).toBe(deleted.length);
  for (const ticket of deleted)
    expect(rows.find(({ id }) => id === ticket.id)).toEqual(model.view(model.person('ada'), ticket));
  for (const name of names.filter((each) => each !== 'ada' && !model.person(each).disabled))
    expect((await world.as(name).get('/tickets?deleted=only')).status).toBe(403);
}

async function checkTags(world: World): Promise<void> {
  const { rows: tags, total } = await counted(world.as('ada'), '/tags?limit=2');
  expect(total).toBe(tags.length);
  for (const { tag, tickets } of tags)
    expect([tag, tickets]).toEqual([tag, (await walk(world.as('ada'), `/tickets?limit=100&tag=${tag}`)).length]);
}

async function checkViews(model: DeskModel, world: World): Promise<void> {
  for (const name of staff.filter((each) => !model.person(each).disabled)) {
    const { counts } = (await world.as(name).get('/views/counts')).body;
    for (const { id, tickets } of counts) {
      const { rows, total } = await counted(world.as(name), `/views/${id}/tickets?limit=50`);
      expect([total, rows.length]).toEqual([tickets, tickets]);
    }
  }
}

/** The conversation, the events and the participants of a ticket, for everybody. */
async function checkHistory(model: DeskModel, world: World, ticket: TicketModel): Promise<void> {
  await Promise.all((['ada', ...customers] as const).map((name) => checkHistoryFor(model, world, ticket, name)));
  const { body } = await world.as('ada').get(`/tickets/${ticket.id}`);
  expect(body.commentCount).toBe((await walk(world.as('ada'), `/tickets/${ticket.id}/comments?limit=2`)).length);
}

async function checkHistoryFor(model: DeskModel, world: World, ticket: TicketModel, name: Name): Promise<void> {
  const person = model.person(name);
  const read = async (what: string, query = '?limit=100&include=total') => {
    const answer = await world.as(name).get(`/tickets/${ticket.id}/${what}${query}`);
    model.hear(person, answer);
    return answer;
  };
  const [comments, events] = [await read('comments'), await read('events')];
  if (!model.sees(person, ticket)) {
    expect([comments.status, events.status]).toEqual([404, 404]);
    return;
  }
  const seen = isSeen(isStaff(person));
  const expected = ticket.comments.filter(seen);
  expect(comments.body.data).toEqual(expected.map((comment) => viewComment(model, person, ticket, comment)));
  expect(comments.body.meta.total).toBe(expected.length);
  expect(told(events.body.data)).toEqual(
    told(ticket.events.filter(seen).map((event) => model.viewEvent(person, event))),
  );
  expect(events.body.meta.total).toBe(events.body.data.length);
  const { body: participants } = await read('participants', '');
  const taking = [...ticket.participants].filter(([, role]) => isStaff(person) || role === 'CC');
  expect(participants.data.map(({ user, role }: any) => [user.id, role]).sort()).toEqual(taking.sort());
  if (isStaff(person)) checkFold(ticket, events.body.data);
}

const told = (events: readonly any[]) => events.map(({ type, actorId, changes }) => ({ type, actorId, changes }));

/** Events explain every field's present value; each begins where the last one ended, and no earlier. */
function checkFold({ fields }: TicketModel, events: { changes: Changes; createdAt: string }[]): void {
  const values = new Map<string, unknown>();
  for (const { changes } of events)
    for (const [field, { from, to }] of Object.entries(changes)) {
      if (!(field in fields || field === 'deletedAt')) continue;
      if (values.has(field)) expect([field, from]).toEqual([field, values.get(field)]);
      values.set(field, to);
    }
  const { description: _, ...explained } = fields;
  for (const [field, value] of Object.entries(explained))
    expect([field, values.get(field) ?? (field === 'tags' ? [] : null)]).toEqual([field, value]);
  if (values.has('description')) expect(values.get('description')).toBe(fields.description);
  expect(values.get('deletedAt') ?? null).toBeNull();
  const times = events.map(({ createdAt }) => createdAt);
  expect(times).toEqual([...times].sort());
}

/** Every comment that was acknowledged is in one ticket, once. */
async function checkNothingLost(model: DeskModel, world: World): Promise<void> {
  const listed: string[] = [];
  for (const { id, deleted } of model.tickets)
    if (!deleted)
      listed.push(...(await walk(world.as('ada'), `/tickets/${id}/comments?limit=100`)).map((each) => each.id));
  const hidden = model.tickets.filter(({ deleted }) => deleted).flatMap(({ comments }) => comments);
  expect([...listed, ...hidden.map(({ id }) => id)].sort()).toEqual(model.written.map(({ id }) => id).sort());
}

/** A customer who searches for an internal word finds nothing. */
async function checkSecrets(model: DeskModel, world: World, name: Name): Promise<void> {
  const words = [...model.place.secrets].filter(
    (secret) => secret.startsWith(`wq${model.place.run}q`) || secret.startsWith('wq0q'),
  );
  for (const word of words) {
    const answer = await world.as(name).get(`/tickets?q=${word}&include=total`);
    expect([answer.body.data, answer.body.meta.total]).toEqual([[], 0]);
  }
}
