import { expect } from '@jest/globals';
import fc from 'fast-check';
import { isStaff, type DeskModel, type Person } from '../desk-model.js';
import { about, Order, pathOf, pick, picked, staffRoles, type Done, type Scene } from '../order.js';
import { badReference, closed, countReopening, fitted, forbidden, Refusal, stale } from '../rules.js';
import { isSeen, type CommentModel, type Fields, type TicketModel } from '../ticket-model.js';
import type { World } from '../world.js';
import { any, keyed, match, mostlyAdmin, mostlyAgent, spell } from './choices.js';
import { commentAt } from './commenting.js';
import { firstValues } from './opening.js';

export const merging = fc.record({ by: mostlyAgent, of: pick, into: pick, match, force: fc.boolean() }).map(
  ({ by, of, into, match, force }) =>
    new Order(`merge ${spell(of)} into ${spell(into)} if ${match}${force ? ' by force' : ''}`, {
      by,
      roles: staffRoles,
      method: 'POST',
      match: { of, with: match },
      when: any,
      path: (model) => `${pathOf(model, of)}/merge`,
      body: (model) => ({ intoId: picked(model, into).id, force }),
      outcome: (scene) =>
        force && scene.by.role !== 'ADMIN'
          ? forbidden
          : about(scene, of, (source) => merge(scene, source, picked(scene.model, into), force)),
    }),
);

/** Two of the same author: most others are refused. */
export const mergingLikely = fc
  .record({ by: mostlyAgent, of: pick, nth: fc.nat({ max: 20 }) })
  .map(({ by, of, nth }) => {
    const twins = (source: TicketModel, all: readonly TicketModel[]) =>
      all.filter((each) => each !== source && !each.deleted && each.fields.authorId === source.fields.authorId);
    const target = (source: TicketModel, all: readonly TicketModel[]) => {
      const some = twins(source, all);
      return some[nth % some.length] ?? source;
    };
    return new Order(`merge ${spell(of)} into its author's ${nth}`, {
      by,
      roles: staffRoles,
      method: 'POST',
      when: any,
      path: (model) => `${pathOf(model, of)}/merge`,
      body: (model) => ({ intoId: target(picked(model, of), model.tickets).id }),
      outcome: (scene) => about(scene, of, (source) => merge(scene, source, target(source, scene.model.tickets))),
    });
  });

function merge(
  { model, world, by, isStale }: Scene,
  source: TicketModel,
  target: TicketModel,
  force = false,
): Done | Refusal {
  if (source === target || target.deleted) return badReference('intoId');
  if (isStale) return stale(by, source);
  if (source.fields.status === 'CLOSED' || target.fields.status === 'CLOSED') return closed;
  if (!force && source.fields.authorId !== target.fields.authorId) return new Refusal(409, 'merge_author_mismatch');
  if (!target.isShownToCustomers && source.isShownToCustomers) return badReference('intoId');
  return {
    status: 200,
    apply: async ({ body }) => {
      const isPublic = isSeen(false);
      const isShown = source.isShownToCustomers;
      const got = absorbed(model, target, source);
      const moved = source.comments.filter(isPublic);
      for (const comment of moved) comment.originTicketId ??= source.id;
      const opening = await openingOf(world, model, source, target);
      target.place([...target.comments, ...opening, ...moved]);
      source.place(source.comments.filter((comment) => !isPublic(comment)));
      source.internal &&= !isShown;
      source.respondedIn(model);
      source.write('MERGED', by.id, { status: 'CLOSED', mergedIntoId: target.id });
      countReopening(by, target, target.fields.status, got.status);
      const absorbedId = { from: null, to: source.id };
      const changes = target.set(got);
      target.tell('ABSORBED', by.id, { absorbedId, ...(isShown && changes) }, !isShown);
      if (!isShown && Object.keys(changes).length > 0) target.tell('UPDATED', by.id, changes);
      target.respondedIn(model);
      const { authorId } = source.fields;
      const author = [authorId, isStaff(model.personBy(authorId) as Person) ? 'FOLLOWER' : 'CC'] as const;
      join(target, by, [author, ...source.participants]);
      target.touch();
      passLinks(model, by.id, source, target);
      expect(body).toEqual(model.view(by, source));
    },
  };
}

/** The comment that a ticket's opening message became; none of one that was opened with a note of the system's. */
async function openingOf(
  world: World,
  model: DeskModel,
  source: TicketModel,
  target: TicketModel,
): Promise<CommentModel[]> {
  const { description, authorId } = source.fields;
  if (description === source.splitNote) return [];
  const known = new Set(model.written.map(({ id }) => id));
  const { body } = await world.as('ada').get(`/tickets/${target.id}/comments?limit=100`);
  const { id, createdAt } = body.data.find((each: any) => !known.has(each.id) && each.originTicketId === source.id);
  const visibility = source.isShownToCustomers ? 'PUBLIC' : 'INTERNAL';
  const said = { id, place: source.openedAt, visibility, authorId, createdAt, body: description } as const;
  const comment: CommentModel = { ...said, originTicketId: source.id, redacted: description === '', openingOf: source };
  model.written.push(comment);
  return [comment];
}

/** What the one gets of the other: tags, the higher priority, and to be opened again. */
function absorbed(model: DeskModel, target: TicketModel, source: TicketModel): Partial<Fields> {
  const priorities = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'];
  const reopens = target.fields.status === 'RESOLVED' && ['OPEN', 'PENDING', 'ON_HOLD'].includes(source.fields.status);
  const changes: Partial<Fields> = {
    ...(reopens && { status: 'OPEN' }),
    priority:
      priorities[Math.max(priorities.indexOf(target.fields.priority), priorities.indexOf(source.fields.priority))],
    tags: [...new Set([...target.fields.tags, ...source.fields.tags])],
  };
  return fitted(model, target.fields, {}, changes) as Partial<Fields>;
}

/** The links of a ticket become another one's, none to itself and none twice. */
function passLinks(model: DeskModel, actorId: string, source: TicketModel, target: TicketModel): void {
  const told: { ticket: TicketModel; from: string | null; to: string | null }[] = [];
  const held = model.links.filter(({ from, to }) => from === source || to === source);
  const others = model.links.filter((each) => !held.includes(each));
  for (const { id, type, from, to } of held) {
    const other = from === source ? to : from;
    const isOutwards = type === 'RELATED' ? target.number < other.number : from === source;
    const passed = isOutwards ? { id, type, from: target, to: other } : { id, type, from: other, to: target };
    const isDouble = others.some((it) => it.type === type && it.from === passed.from && it.to === passed.to);
    const stays = other !== target && !isDouble;
    told.push({ ticket: source, from: `${type} ${other.id}`, to: null });
    told.push({ ticket: other, from: `${type} ${source.id}`, to: stays ? `${type} ${target.id}` : null });
    if (!stays) continue;
    told.push({ ticket: target, from: null, to: `${type} ${other.id}` });
    others.push(passed);
  }
  model.links.splice(0, Infinity, ...others);
  const inOrder = (it: (typeof told)[number]) => `${it.from ?? '~'} ${it.to ?? '~'}`;
  told.sort((one, other) => (inOrder(one) < inOrder(other) ? -1 : 1));
  for (const { ticket, from, to } of told)
    ticket.tell(to === null ? 'UNLINKED' : 'LINKED', actorId, { link: { from, to } }, true);
  for (const ticket of new Set(told.map((each) => each.ticket)))
    if (ticket !== source && ticket !== target) ticket.touch();
}

/** Who takes part from now on, unless they did; nobody in the own ticket. */
function join(ticket: TicketModel, by: Person, people: Iterable<readonly [string, 'CC' | 'FOLLOWER']>): void {
  for (const [id, role] of [...people].toSorted()) {
    if (ticket.participants.has(id) || id === ticket.fields.authorId) continue;
    ticket.participants.set(id, role);
    const isFollower = role === 'FOLLOWER';
    ticket.tell('UPDATED', by.id, { [isFollower ? 'followerId' : 'ccId']: { from: null, to: id } }, isFollower);
  }
}

/** Splitting off some comments; none of another ticket. */
export const splitting = fc
  .record({
    by: mostlyAgent,
    of: pick,
    nths: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 3 }),
    match,
    keyed,
  })
  .map(
    ({ by, of, nths, match, keyed }) =>
      new Order(`split ${nths.join()} off ${spell(of)} if ${match}`, {
        by,
        keyed,
        roles: staffRoles,
        method: 'POST',
        match: { of, with: match },
        when: (model) => any(model) && picked(model, of).comments.length > 0,
        path: (model) => `${pathOf(model, of)}/split`,
        body: (model) => ({
          title: `Split ${model.word()}`,
          commentIds: nths.map((nth) => commentAt(picked(model, of), nth)),
        }),
        outcome: (scene, body) => about(scene, of, (ticket) => split(scene, ticket, body)),
      }),
  );

interface SplitInput {
  readonly title: string;
  readonly commentIds: readonly string[];
}

function split({ model, world, by, isStale }: Scene, ticket: TicketModel, input: SplitInput): Done | Refusal {
  if (isStale) return stale(by, ticket);
  if (ticket.fields.status === 'CLOSED') return closed;
  const moved = ticket.comments.filter(({ id }) => input.commentIds.includes(id));
  const open = moved.filter(({ visibility }) => visibility === 'PUBLIC');
  const { priority, tags, authorId, groupId } = ticket.fields;
  const description = `Split from ticket ${ticket.number}.`;
  const fields = {
    ...{ title: input.title, description, status: 'OPEN' as const, priority, tags, authorId, groupId },
    ...{ assignedToId: null, followUpOfId: null, mergedIntoId: null },
  };
  return {
    status: 201,
    apply: async ({ body }) => {
      const made = model.open(body.id, fields, by.id, ticket, open.length === 0);
      for (const comment of moved) comment.originTicketId ??= ticket.id;
      made.place(moved);
      ticket.place(ticket.comments.filter((comment) => !moved.includes(comment)));
      made.splitNote = description;
      ticket.respondedIn(model);
      made.tell('CREATED', by.id, { ...firstValues(fields), splitFromId: { from: null, to: ticket.id } });
      ticket.write('SPLIT', by.id, {}, { splitIntoId: { from: null, to: made.id } }, open.length === 0);
      const links = await world.as('ada').get(`/tickets/${made.id}/links`);
      model.links.push({ id: links.body.data[0].id, type: 'RELATED', from: ticket, to: made });
      const guests = [...ticket.participants].filter(([, role]) => role === 'CC' && open.length > 0);
      join(made, by, [...guests, ...moved.flatMap((comment) => writerOf(model, comment))]);
      made.begin();
      expect(body).toEqual(model.view(by, made));
    },
  };
}

/** As what somebody takes part who wrote a comment. */
function writerOf(model: DeskModel, { authorId, visibility }: CommentModel): (readonly [string, 'CC' | 'FOLLOWER'])[] {
  const writer = model.personBy(authorId);
  if (writer === undefined || writer.disabled) return [];
  if (isStaff(writer)) return [[authorId, 'FOLLOWER']];
  return visibility === 'PUBLIC' ? [[authorId, 'CC']] : [];
}

/** Also of tickets that are closed; what was merged is blanked where it went. */
export const blanking = fc.record({ by: mostlyAdmin, of: pick, title: fc.boolean(), match }).map(
  ({ by, of, title, match }) =>
    new Order(`redact ${title ? 'the title and ' : ''}the description of ${spell(of)} if ${match}`, {
      by,
      roles: ['ADMIN'],
      method: 'POST',
      match: { of, with: match },
      when: any,
      path: (model) => `${pathOf(model, of)}/redact`,
      body: () => ({ fields: [...(title ? ['title'] : []), 'description'] }),
      outcome: (scene, { fields }) => about(scene, of, (ticket) => blank(scene, ticket, fields)),
    }),
);

function blank({ model, by, isStale }: Scene, ticket: TicketModel, named: ('title' | 'description')[]): Done | Refusal {
  if (isStale) return stale(by, ticket);
  return {
    status: 200,
    apply: async ({ body }) => {
      const fields = named.filter((field) => ticket.fields[field] !== '').sort();
      if (ticket.blank(fields, by.id)) model.forgetAnswersAbout(ticket.id, [ticket.id]);
      const holder = model.tickets.find(({ comments }) => comments.some(({ openingOf }) => openingOf === ticket));
      const comment = holder?.comments.find(({ openingOf }) => openingOf === ticket);
      if (holder !== undefined && comment?.redacted === false && fields.includes('description')) {
        model.redact(holder, comment, by.id, expect.any(String));
      }
      expect(body).toEqual(model.view(by, ticket));
    },
  };
}
