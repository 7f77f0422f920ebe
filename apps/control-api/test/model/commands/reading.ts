import { expect } from '@jest/globals';
import fc from 'fast-check';
import { caller, named, pathOf, reference, spell, worthwhile } from '../choices.js';
import { notFound, Order, roles } from '../order.js';

/** A tenant, by its id or its slug. */
export const reading = fc.record({ by: caller, of: reference }).map(
  ({ by, of }) =>
    new Order(`read ${spell(of)}`, {
      by,
      roles: roles.readers,
      method: 'GET',
      when: worthwhile(of),
      path: (model) => pathOf(model, of),
      outcome: (model) => {
        const tenant = named(model, of);
        return tenant === undefined ? notFound : { status: 200, apply: () => tenant };
      },
    }),
);

/** Who calls. */
export const askingWhoIAm = caller.map(
  (by) =>
    new Order('ask who I am', {
      by,
      roles: roles.all,
      method: 'GET',
      path: () => '/auth/me',
      outcome: (_, { kind, id, email, name, role }) => ({ status: 200, body: { kind, id, email, name, role } }),
    }),
);

/** The server that tenants' databases are on. */
export const readingServers = fc.record({ by: caller, single: fc.boolean() }).map(
  ({ by, single }) =>
    new Order('read database servers', {
      by,
      roles: roles.readers,
      method: 'GET',
      path: ({ place }) => (single ? `/database-servers/${place.serverId}` : '/database-servers'),
      outcome: ({ place, tenants }) => {
        const server = expect.objectContaining({ id: place.serverId, state: 'ACTIVE', tenants: tenants.length });
        const meta = { limit: 25, hasMore: false, nextCursor: null };
        return { status: 200, body: single ? server : { data: [server], meta } };
      },
    }),
);
