import { expect } from '@jest/globals';
import fc from 'fast-check';
import { isStaff, type DeskModel, type Name, type Person } from '../desk-model.js';
import { about, Order, pathOf, pick, type Done, type Scene } from '../order.js';
import { forbidden } from '../rules.js';
import { isSeen, wordsOf, type TicketModel } from '../ticket-model.js';
import { counted } from '../world.js';
import { any, anybody, priority, spell, status } from './choices.js';

interface Finding {
  readonly said: string;
  readonly query: (model: DeskModel, by: Person) => string;
  readonly finds: (ticket: TicketModel, by: Person, model: DeskModel) => boolean;
}

const always = (said: string, finds: Finding['finds']): Finding => ({ said, query: () => said, finds });

const filter = fc.oneof<fc.Arbitrary<Finding>[]>(
  status.map((it) => always(`status=${it}`, ({ fields }) => fields.status === it)),
  priority.map((it) => always(`priority=${it}`, ({ fields }) => fields.priority === it)),
  fc.constantFrom('red', 'green').map((it) => always(`tag=${it}`, ({ fields }) => fields.tags.includes(it))),
  fc.constantFrom(
    always('assignedTo=me', ({ fields }, { id }) => fields.assignedToId === id),
    always('assignedTo=none', ({ fields }) => fields.assignedToId === null),
    always('author=me', ({ fields }, { id }) => fields.authorId === id),
    always('group=none', ({ fields }) => fields.groupId === null),
    always('group=mine', ({ fields }, { id }, model) => model.group(fields.groupId ?? '')?.members.has(id) === true),
    always('participant=me', ({ participants }, { id }) => participants.has(id)),
  ),
);

/** A list in small pages: as many rows as it says, and those that the model finds. */
export const listing = fc.record({ by: anybody, found: filter }).map(({ by, found }) => list(by, found));

/** Any word that was ever written, by anybody. */
export const searching = fc.record({ by: anybody, nth: fc.nat({ max: 80 }) }).map(({ by, nth }) => {
  const word = (model: DeskModel) => {
    const all = model.tickets.flatMap((ticket) => [...ticket.words, ...wordsOf(ticket.comments)]);
    return all[nth % all.length] ?? 'nothing';
  };
  return list(by, {
    said: `q=word ${nth}`,
    query: (model) => `q=${word(model)}`,
    finds: (ticket, person, model) =>
      [ticket, ...(isStaff(person) ? absorbedBy(ticket, model) : [])].some((one) =>
        wordsIn(one, person).has(word(model)),
      ),
  });
});

/** For the staff a ticket is found by what was merged into it, too. */
function absorbedBy({ id }: TicketModel, model: DeskModel): TicketModel[] {
  const sources = model.tickets.filter(({ fields }) => fields.mergedIntoId === id);
  return sources.flatMap((source) => [source, ...absorbedBy(source, model)]);
}

function wordsIn({ fields, comments }: TicketModel, person: Person): Set<string> {
  const seen = comments.filter(isSeen(isStaff(person))).map(({ body }) => body);
  return wordsOf([fields.title, fields.description, ...seen]);
}

function list(by: Name, { said, query, finds }: Finding): Order {
  const path = (model: DeskModel) =>
    `/tickets?createdAfter=${model.place.since}&${query(model, model.person(by))}&limit=3`;
  return new Order(`find ${said}`, {
    by,
    method: 'GET',
    when: any,
    path,
    outcome: ({ model, world, by: person }) => {
      if (!isStaff(person) && /^(?:priority|tag)=/.test(said)) return forbidden;
      const apply = async () => {
        const listed = model.shownTo(person).filter(({ fields }) => fields.mergedIntoId === null);
        const expected = listed.filter((ticket) => finds(ticket, person, model));
        const { rows, total } = await counted(world.as(by), path(model));
        expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(expected.map(({ number }) => number));
        expect(total).toBe(expected.length);
      };
      return { status: 200, apply };
    },
  });
}

export const reading = fc.record({ by: anybody, of: pick }).map(
  ({ by, of }) =>
    new Order(`read ${spell(of)}`, {
      by,
      method: 'GET',
      when: any,
      path: (model) => pathOf(model, of),
      outcome: (scene) => about(scene, of, (ticket): Done => ({ status: 200, body: view(scene, ticket) })),
    }),
);

const view = ({ model, by }: Scene, ticket: TicketModel) => model.view(by, ticket);
