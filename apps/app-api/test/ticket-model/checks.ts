import { expect } from '@jest/globals';
import { customers, isStaff, type DeskModel, type Name } from './desk-model.js';
import type { World } from './world.js';

/** Holds what everybody is shown of the run's tickets to the model. */
export async function checkTickets(model: DeskModel, world: World): Promise<void> {
  await Promise.all((['ada', ...customers] as const).map((name) => checkTicketsOf(model, world, name)));
}

async function checkTicketsOf(model: DeskModel, world: World, name: Name): Promise<void> {
  const person = model.person(name);
  const { since } = model.place;
  const answer = await world
    .as(name)
    .get(`/tickets?limit=100&sort=number&include=total&merged=include&createdAfter=${since}`);
  model.hear(person, answer);
  const tickets = model.shownTo(person);
  expect(answer.body.data.map(({ number }: any) => number)).toEqual(tickets.map(({ number }) => number));
  expect(answer.body.meta.total).toBe(tickets.length);
  for (const [index, ticket] of tickets.entries()) {
    const shown = answer.body.data[index];
    expect(shown).toEqual(model.view(person, ticket));
    ticket.learn(isStaff(person), shown);
  }
}
