import { expect } from '@jest/globals';
import fc from 'fast-check';
import { about, Order, pathOf, pick, picked } from '../order.js';
import { stale } from '../rules.js';
import { any, match, mostlyAdmin, spell } from './choices.js';

export const deleting = fc.record({ by: mostlyAdmin, of: pick, match }).map(
  ({ by, of, match }) =>
    new Order(`delete ${spell(of)} if ${match}`, {
      by,
      roles: ['ADMIN'],
      method: 'DELETE',
      match: { of, with: match },
      when: any,
      path: (model) => pathOf(model, of),
      outcome: (scene) =>
        about(scene, of, (ticket) => {
          if (scene.isStale) return stale(scene.by, ticket);
          return {
            status: 204,
            apply: () => {
              ticket.deleted = true;
              const deletedAt = { from: null, to: expect.any(String) };
              ticket.write('DELETED', scene.by.id, {}, { deletedAt });
            },
          };
        }),
    }),
);

/** Also of what is not deleted: nothing happens then. */
export const restoring = fc
  .record({ by: mostlyAdmin, nth: fc.nat({ max: 60 }), deleted: fc.boolean(), match })
  .map(({ by, nth, deleted, match }) => {
    const of = { nth, among: 'all', by: 'id' } as const;
    return new Order(`restore ${spell(of)} if ${match}`, {
      by,
      roles: ['ADMIN'],
      method: 'POST',
      match: { of, with: match },
      when: (model) => any(model) && (!deleted || picked(model, of).deleted),
      path: (model) => `${pathOf(model, of)}/restore`,
      outcome: ({ model, by, isStale }) => {
        const ticket = picked(model, of);
        if (isStale) return stale(by, ticket);
        return {
          status: 200,
          apply: ({ body }) => {
            if (ticket.deleted) {
              ticket.deleted = false;
              const deletedAt = { from: expect.any(String), to: null };
              ticket.write('RESTORED', by.id, {}, { deletedAt });
            }
            expect(body).toEqual(model.view(by, ticket));
          },
        };
      },
    });
  });
