import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Name } from '../desk-model.js';
import { about, compare, Order, pathOf, pick, picked, staffRoles, type Done, type Pick, type Scene } from '../order.js';
import { applyEdit, editOf, forbiddenEdit, meant, notFound, Refusal, stale, type Sent } from '../rules.js';
import type { TicketModel } from '../ticket-model.js';
import {
  agent,
  any,
  anybody,
  bodyOf,
  customer,
  match,
  mostlyAgent,
  oneField,
  spell,
  staffEdit,
  status,
  type Edit,
} from './choices.js';

function changing(by: fc.Arbitrary<Name>, edit: fc.Arbitrary<Edit>, of = pick): fc.Arbitrary<Order> {
  return fc.record({ by, edit, of, match }).map(
    ({ by, edit, of, match }) =>
      new Order(`change ${spell(of)} ${JSON.stringify(edit)} if ${match}`, {
        by,
        method: 'PATCH',
        match: { of, with: match },
        when: any,
        path: (model) => pathOf(model, of),
        body: (model) => bodyOf(model, edit),
        outcome: (scene, body) => about(scene, of, (ticket) => change(scene, ticket, body)),
      }),
  );
}

function change({ model, by, isStale }: Scene, ticket: TicketModel, edit: Sent): Done | Refusal {
  const mayNot = forbiddenEdit(by, ticket, edit);
  if (mayNot !== undefined) return mayNot;
  if (isStale) return stale(by, ticket);
  const changes = editOf(model, by, ticket, meant(edit, ticket.fields.tags));
  if (changes instanceof Refusal) return changes;
  return {
    status: 200,
    apply: ({ body }) => {
      applyEdit(model, by, ticket, changes);
      expect(body).toEqual(model.view(by, ticket));
    },
  };
}

export const changingMuch = changing(mostlyAgent, staffEdit);
export const changingOneThing = changing(anybody, oneField);
export const resolvingOwn = changing(customer, fc.record({ status }));

/** Whoever wrote the tickets that went into one may have no part in it any more. */
export const handingOver = changing(
  agent,
  fc.record({ author: customer }),
  fc.nat({ max: 20 }).map((nth): Pick => ({ nth, among: 'absorbing', by: 'id' })),
);

/** The same to many, each as if alone. */
export const changingMany = fc
  .record({ by: mostlyAgent, edit: staffEdit, of: fc.array(pick, { minLength: 1, maxLength: 4 }) })
  .map(
    ({ by, edit, of }) =>
      new Order(`change ${of.map(spell).join(', ')} ${JSON.stringify(edit)}`, {
        by,
        roles: staffRoles,
        method: 'POST',
        path: () => '/tickets/bulk',
        when: any,
        body: (model) => ({ ids: of.map((each) => nameOf(picked(model, each), each)), changes: bodyOf(model, edit) }),
        outcome: (scene, { ids, changes }) => ({
          status: 200,
          apply: async ({ body, ...answer }) => {
            const once = [...new Set<string>(ids)];
            expect(body.results.map(({ id }: any) => id)).toEqual(once);
            for (const { id, status, ticket, problem } of body.results) {
              const alone = { ...answer, status, body: ticket ?? problem };
              const named = scene.model.tickets.find((each) => each.id === id || String(each.number) === id);
              const expected = named?.deleted === false ? change(scene, named, changes) : notFound;
              compare(expected, alone);
              if (named !== undefined && !(expected instanceof Refusal)) await expected.apply?.(alone);
            }
          },
        }),
      }),
  );

const nameOf = ({ id, number }: TicketModel, { by }: Pick) => (by === 'id' ? id : String(number));
