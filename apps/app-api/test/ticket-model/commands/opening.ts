import fc from 'fast-check';
import { isStaff, type Name, type Person } from '../desk-model.js';
import { Order, type Done, type Scene } from '../order.js';
import { brokenReference, fitted, forbidden, meant, Refusal } from '../rules.js';
import type { Changes, Fields } from '../ticket-model.js';
import { agent, bodyOf, customer, keyed, staffEdit, type Edit } from './choices.js';

const forStaff = ['priority', 'status', 'authorId', 'assignedToId', 'groupId', 'tags'];

function opening(by: Name, { retag: _, ...fields }: Edit, keyed: boolean): Order {
  const edit: Edit = { title: true, description: true, ...fields };
  return new Order(`open ${JSON.stringify(edit)}`, {
    by,
    keyed,
    method: 'POST',
    path: () => '/tickets',
    body: (model) => bodyOf(model, edit),
    outcome: (scene, body) => open(scene, meant(body)),
  });
}

function open({ model, by }: Scene, input: Partial<Fields>): Done | Refusal {
  if (!isStaff(by) && forStaff.some((name) => name in input)) return forbidden;
  const fields = newFields(by, input);
  const broken = brokenReference(model, by, { ...fields, authorId: input.authorId });
  if (broken !== undefined) return broken;
  const held = fitted(model, { assignedToId: null, groupId: null, status: 'OPEN' }, input, fields);
  if (held instanceof Refusal) return held;
  return {
    status: 201,
    apply: ({ body }) => {
      const ticket = model.open(body.id, held as Fields, by.id);
      ticket.tell('CREATED', by.id, firstValues(ticket.fields));
    },
  };
}

function newFields(by: Person, input: Partial<Fields>): Fields {
  const { status = 'OPEN', assignedToId = null } = input;
  const resolver = isStaff(by) && (status === 'RESOLVED' || status === 'CLOSED') ? by.id : null;
  return {
    title: '',
    description: '',
    priority: 'MEDIUM',
    tags: [],
    authorId: by.id,
    groupId: null,
    followUpOfId: null,
    mergedIntoId: null,
    ...input,
    status,
    assignedToId: assignedToId ?? resolver,
  };
}

/** What the first event of a ticket tells: what it has, but for the description. */
export function firstValues({ description: _, ...fields }: Fields): Changes {
  const set = Object.entries(fields).filter(([, value]) => value !== null && value.length > 0);
  return Object.fromEntries(set.map(([name, to]) => [name, { from: null, to }]));
}

export const openingOwn = fc
  .record({
    by: customer,
    edit: fc.oneof(
      fc.constant<Edit>({}),
      staffEdit.map(({ followUpOf }) => ({ followUpOf })),
    ),
    keyed,
  })
  .map(({ by, edit, keyed }) => opening(by, edit, keyed));

export const openingForOthers = fc
  .record({ by: agent, edit: staffEdit, author: customer, keyed })
  .map(({ by, edit, author, keyed }) => opening(by, { author, ...edit }, keyed));

export const openingTooMuch = fc
  .record({ by: customer, edit: staffEdit, keyed })
  .map(({ by, edit, keyed }) => opening(by, edit, keyed));
