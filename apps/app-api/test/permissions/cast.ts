import { expect } from '@jest/globals';
import type { System, User } from '@helpdeskly/testing';
import { openHelpdesk, type Helpdesk } from '../helpdesk.js';

/**
 * The columns of every table: an admin, an agent, another agent; the customer whose thing it is, another customer of the same
 * shared organization, one who was let into the ticket (CC), and one who has nothing to do with any of them.
 */
export const people = ['admin', 'agent', 'colleague', 'customer', 'peer', 'guest', 'stranger'] as const;
export type Person = (typeof people)[number];

export const called = (person: Person) => `${/^[aeiou]/.test(person) ? 'an' : 'a'} ${person}`;

/** A helpdesk with all of them. */
export type Cast = Helpdesk & Readonly<Record<Person, User>> & { readonly organization: string };

export async function gather(system: System): Promise<Cast> {
  const desk = await openHelpdesk(system);
  const { tenant, admin } = desk;
  const cast = {
    ...desk,
    colleague: await tenant.user('AGENT', 'Cole Colleague'),
    peer: await tenant.user('CUSTOMER', 'Pia Peer'),
    guest: await tenant.user('CUSTOMER', 'Gus Guest'),
  };
  const { body } = await admin.post('/organizations', { name: 'Shared', shared: true });
  const organizationId: string = body.id;
  for (const { id } of [cast.customer, cast.peer])
    expect((await admin.patch(`/users/${id}`, { organizationId })).status).toBe(200);
  return { ...cast, organization: organizationId };
}
