import fc from 'fast-check';
import type { Link } from '../desk-model.js';
import { about, Order, pathOf, pick, picked, staffRoles, type Done, type Scene } from '../order.js';
import { badReference, notFound, Refusal } from '../rules.js';
import type { TicketModel } from '../ticket-model.js';
import { any, keyed, mostlyAgent, spell } from './choices.js';

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
