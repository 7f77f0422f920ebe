import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { MacroModel, Person } from '../desk-model.js';
import { about, Order, pathOf, pick, staffRoles, type Done, type Scene } from '../order.js';
import { applyEdit, applyReply, editOf, meant, Refusal, replyOf, stale, type Sent } from '../rules.js';
import type { TicketModel } from '../ticket-model.js';
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

/** The reply and the changes by one write, or nothing at all. */
function apply({ model, world, by, isStale }: Scene, ticket: TicketModel, macro: MacroModel): Done | Refusal {
  if (isStale) return stale(by, ticket);
  const { reply } = macro;
  const changes = sentBy(macro, by);
  if (reply === null) return changeAlone();
  const planned = replyOf(model, by, ticket, { ...reply, changes }, false);
  if (planned instanceof Refusal) return planned;
  return {
    status: 200,
    apply: async ({ body }) => {
      const { body: comments } = await world.as('ada').get(`/tickets/${planned.ticket.id}/comments?limit=100`);
      applyReply(model, by, planned, reply, comments.data.at(-1));
      expect(body).toEqual({ reply, ticket: model.view(by, ticket) });
    },
  };

  function changeAlone(): Done | Refusal {
    const edit = editOf(model, by, ticket, meant(changes, ticket.fields.tags));
    if (edit instanceof Refusal) return edit;
    return {
      status: 200,
      apply: ({ body }) => {
        applyEdit(model, by, ticket, edit);
        expect(body).toEqual({ reply, ticket: model.view(by, ticket) });
      },
    };
  }
}

function sentBy({ changes }: MacroModel, by: Person): Sent {
  const { assignToMe, ...edit } = changes;
  return assignToMe === true ? { ...edit, assignedToId: by.id } : edit;
}
