import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Link } from '../desk-model.js';
import { about, Order, pathOf, pick, picked, staffRoles, type Done, type Scene } from '../order.js';
import { badReference, closed, notFound, Refusal, stale } from '../rules.js';
import { isSeen, type TicketModel } from '../ticket-model.js';
import { any, keyed, match, mostlyAgent, spell } from './choices.js';
import { commentAt } from './commenting.js';
import { firstValues } from './opening.js';

export const merging = fc.record({ by: mostlyAgent, of: pick, into: pick, match }).map(
  ({ by, of, into, match }) =>
    new Order(`merge ${spell(of)} into ${spell(into)} if ${match}`, {
      by,
      roles: staffRoles,
      method: 'POST',
      match: { of, with: match },
      when: any,
      path: (model) => `${pathOf(model, of)}/merge`,
      body: (model) => ({ intoId: picked(model, into).id }),
      outcome: (scene) => about(scene, of, (source) => merge(scene, source, picked(scene.model, into))),
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

function merge({ model, by, isStale }: Scene, source: TicketModel, target: TicketModel): Done | Refusal {
  if (source === target || target.deleted) return badReference('intoId');
  if (isStale) return stale(by, source);
  if (source.fields.status === 'CLOSED' || target.fields.status === 'CLOSED') return closed;
  if (source.fields.authorId !== target.fields.authorId) return new Refusal(409, 'merge_author_mismatch');
  return {
    status: 200,
    apply: ({ body }) => {
      const isPublic = isSeen(false);
      const moved = source.comments.filter(isPublic);
      for (const comment of moved) comment.originTicketId ??= source.id;
      target.place([...target.comments, ...moved]);
      source.place(source.comments.filter((comment) => !isPublic(comment)));
      target.respondedAt(source.firstRespondedAt);
      source.write('MERGED', by.id, { status: 'CLOSED', mergedIntoId: target.id });
      target.tell('ABSORBED', by.id, { absorbedId: { from: null, to: source.id } });
      for (const [id, role] of [...source.participants].toSorted()) {
        if (target.participants.has(id) || id === target.fields.authorId) continue;
        target.participants.set(id, role);
        const isFollower = role === 'FOLLOWER';
        target.tell('UPDATED', by.id, { [isFollower ? 'followerId' : 'ccId']: { from: null, to: id } }, isFollower);
      }
      target.touch();
      expect(body).toEqual(model.view(by, source));
    },
  };
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
      const responds = (id: string) => model.personBy(id)?.role !== 'CUSTOMER' && id !== made.fields.authorId;
      made.respondedAt(open.find((comment) => responds(comment.authorId))?.createdAt);
      made.tell('CREATED', by.id, { ...firstValues(fields), splitFromId: { from: null, to: ticket.id } });
      ticket.write('SPLIT', by.id, {}, { splitIntoId: { from: null, to: made.id } }, open.length === 0);
      const links = await world.as('ada').get(`/tickets/${made.id}/links`);
      model.links.push({ id: links.body.data[0].id, type: 'RELATED', from: ticket, to: made });
      expect(body).toEqual(model.view(by, made));
    },
  };
}

const linkType = fc.constantFrom('RELATED', 'DUPLICATE_OF', 'BLOCKS');

export const linking = fc.record({ by: mostlyAgent, of: pick, with: pick, type: linkType, keyed }).map(
  ({ by, of, with: other, type, keyed }) =>
    new Order(`link ${spell(of)} ${type} ${spell(other)}`, {
      by,
      keyed,
      roles: staffRoles,
      method: 'POST',
      when: any,
      path: (model) => `${pathOf(model, of)}/links`,
      body: (model) => ({ ticketId: picked(model, other).id, type }),
      outcome: (scene) => about(scene, of, (ticket) => link(scene, ticket, picked(scene.model, other), type)),
    }),
);

function link({ model, by }: Scene, ticket: TicketModel, other: TicketModel, type: string): Done | Refusal {
  if (ticket === other || other.deleted) return badReference('ticketId');
  const isTurned = type === 'RELATED' && other.number < ticket.number;
  const [from, to] = isTurned ? [other, ticket] : [ticket, other];
  if (model.links.some((it) => it.type === type && it.from === from && it.to === to))
    return new Refusal(409, 'link_exists');
  return {
    status: 201,
    apply: ({ body: { id } }) => {
      model.links.push({ id, type, from, to });
      tell(by.id, 'LINKED', { type, from, to });
    },
  };
}

export const unlinking = fc
  .record({ by: mostlyAgent, nth: fc.nat({ max: 20 }), fromTheOther: fc.boolean() })
  .map(({ by, nth, fromTheOther }) => {
    const linkAt = ({ links }: Scene['model']) => links[nth % links.length] as Link;
    return new Order(`unlink ${nth}`, {
      by,
      roles: staffRoles,
      method: 'DELETE',
      when: ({ links }) => links.length > 0,
      path: (model) => {
        const { id, from, to } = linkAt(model);
        return `/tickets/${fromTheOther ? to.id : from.id}/links/${id}`;
      },
      outcome: ({ model, by }) => {
        const link = linkAt(model);
        if ((fromTheOther ? link.to : link.from).deleted) return notFound;
        return {
          status: 204,
          apply: () => {
            model.links.splice(model.links.indexOf(link), 1);
            tell(by.id, 'UNLINKED', link);
          },
        };
      },
    });
  });

/** Both tickets hear of it. */
function tell(actorId: string, type: 'LINKED' | 'UNLINKED', { type: kind, from, to }: Omit<Link, 'id'>): void {
  for (const [ticket, other] of [
    [from, to],
    [to, from],
  ] as const) {
    const value = `${kind} ${other.id}`;
    const link = type === 'LINKED' ? { from: null, to: value } : { from: value, to: null };
    ticket.write(type, actorId, {}, { link }, true);
  }
}
