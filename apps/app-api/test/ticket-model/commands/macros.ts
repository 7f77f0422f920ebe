import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { MacroModel, Person } from '../desk-model.js';
import { about, Order, pathOf, pick, staffRoles, type Done, type Scene } from '../order.js';
import { applyEdit, applyReply, editOf, Refusal, replyOf, stale } from '../rules.js';
import type { Fields, TicketModel } from '../ticket-model.js';
import { any, keyed, match, mostlyAgent, spell } from './choices.js';

const nth = fc.nat({ max: 3 });
const macroAt = ({ place }: Scene['model'], nth: number) => place.macros[nth] as MacroModel;

export const applying = fc.record({ by: mostlyAgent, of: pick, nth, match, keyed }).map(
  ({ by, of, nth, match, keyed }) =>
    new Order(`apply macro ${nth} to ${spell(of)} if ${match}`, {
      by,
      keyed,
      roles: staffRoles,
      method: 'POST',
      match: { of, with: match },
      when: any,
      path: (model) => `${pathOf(model, of)}/macros/${macroAt(model, nth).id}/apply`,
      outcome: (scene) => about(scene, of, (ticket) => apply(scene, ticket, macroAt(scene.model, nth))),
    }),
);

/** Answered as if it were applied, which the lists that follow do not show. */
export const previewing = fc.record({ by: mostlyAgent, of: pick, nth }).map(
  ({ by, of, nth }) =>
    new Order(`preview macro ${nth} on ${spell(of)}`, {
      by,
      roles: staffRoles,
      method: 'POST',
      when: any,
      path: (model) => `${pathOf(model, of)}/macros/${macroAt(model, nth).id}/preview`,
      outcome: (scene) =>
        about(scene, of, (ticket) => {
          const outcome = apply(scene, ticket, macroAt(scene.model, nth));
          return outcome instanceof Refusal ? outcome : { status: 200 };
        }),
    }),
);

/** The reply and the changes, or nothing at all. */
function apply({ model, world, by, isStale }: Scene, ticket: TicketModel, macro: MacroModel): Done | Refusal {
  if (isStale) return stale(by, ticket);
  const { reply } = macro;
  const planned = reply === null ? undefined : replyOf(model, by, ticket, reply, false);
  if (planned instanceof Refusal) return planned;
  const changes = editOf(model, by, ticket, editBy(macro, ticket, by));
  if (changes instanceof Refusal) return changes;
  return {
    status: 200,
    apply: async ({ body }) => {
      if (planned !== undefined && reply !== null) {
        const { body: comments } = await world.as('ada').get(`/tickets/${planned.ticket.id}/comments?limit=100`);
        applyReply(model, by, planned, reply, comments.data.at(-1));
      }
      applyEdit(model, by, ticket, changes);
      expect(body).toEqual({ reply, ticket: model.view(by, ticket) });
    },
  };
}

function editBy({ changes }: MacroModel, { fields }: TicketModel, by: Person): Partial<Fields> {
  const { assignToMe, addTags = [], removeTags = [], ...edit } = changes;
  const tags = [...new Set([...fields.tags, ...addTags])].filter((tag) => !removeTags.includes(tag));
  return {
    ...edit,
    ...(assignToMe === true && { assignedToId: by.id }),
    ...(addTags.length + removeTags.length > 0 && { tags }),
  };
}
