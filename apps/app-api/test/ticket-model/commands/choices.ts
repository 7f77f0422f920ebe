import fc from 'fast-check';
import { customers, names, staff, type DeskModel } from '../desk-model.js';
import { pick, picked, type Pick } from '../order.js';
import type { Sent } from '../rules.js';
import type { Status } from '../ticket-model.js';

export const anybody = fc.constantFrom(...names);
export const agent = fc.constantFrom(...staff);
/** Mostly those who see each other's tickets. */
export const customer = fc.constantFrom(...customers, 'carl' as const, 'cora' as const);
/** Mostly those who may. */
export const mostlyAgent = fc.oneof({ weight: 9, arbitrary: agent }, { weight: 1, arbitrary: customer });
export const mostlyAdmin = fc.oneof(
  { weight: 6, arbitrary: fc.constant('ada' as const) },
  { weight: 1, arbitrary: anybody },
);

const statuses = ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'] as const;
export const status = fc.constantFrom<Status>(...statuses);
/** Closed is the end: of most tickets later rather than sooner. */
const likelyStatus = fc.oneof(
  { weight: 12, arbitrary: status.filter((it) => it !== 'CLOSED') },
  { weight: 1, arbitrary: status },
);
export const priority = fc.constantFrom('LOW', 'MEDIUM', 'HIGH', 'URGENT');
const tags = fc.subarray(['red', 'green', 'blue']);
const group = fc.constantFrom<NonNullable<Edit['group']> | null>(0, 0, 1, 1, null, 'nowhere');
export const match = fc.constantFrom('none', 'none', 'none', 'present', 'present', 'stale');
export const keyed = fc.boolean();

export const nowhere = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Fields as they are chosen, before a run says what they are. */
export interface Edit {
  readonly title?: true;
  readonly description?: true;
  readonly status?: Status;
  readonly priority?: string;
  readonly tags?: readonly string[] | null;
  /** Tags that come and go; not beside `tags`. */
  readonly retag?: { readonly add: readonly string[]; readonly remove: readonly string[] };
  readonly author?: (typeof names)[number] | 'nobody';
  readonly assignee?: (typeof names)[number] | 'nobody' | null;
  readonly group?: 0 | 1 | 'nowhere' | null;
  readonly followUpOf?: Pick | null;
}

const assignee = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...staff, null) },
  { weight: 1, arbitrary: fc.constantFrom(...customers, 'nobody' as const) },
);

/** Each tag comes, goes or stays. */
const retag = fc
  .record({
    red: fc.constantFrom('add', 'remove', 'stay'),
    green: fc.constantFrom('add', 'remove', 'stay'),
    blue: fc.constantFrom('add', 'stay'),
  })
  .map((ways) => {
    const those = (way: string) => Object.entries(ways).flatMap(([tag, its]) => (its === way ? [tag] : []));
    return { add: those('add'), remove: those('remove') };
  });

export const staffEdit: fc.Arbitrary<Edit> = fc.record(
  {
    title: fc.constant(true as const),
    description: fc.constant(true as const),
    status: likelyStatus,
    priority,
    tags: fc.option(tags, { freq: 5 }),
    retag,
    author: fc.constantFrom(...customers, ...customers, 'anna', 'nobody' as const),
    assignee,
    group,
    followUpOf: fc.option(pick, { freq: 3 }),
  },
  { requiredKeys: [] },
);

export const oneField: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ status: likelyStatus }) },
  { weight: 2, arbitrary: fc.record({ assignee }) },
  { weight: 2, arbitrary: fc.record({ group }) },
  { weight: 2, arbitrary: fc.record({ author: customer }) },
  { weight: 1, arbitrary: fc.record({ tags }) },
  { weight: 2, arbitrary: fc.record({ retag }) },
  { weight: 1, arbitrary: fc.constant<Edit>({ title: true }) },
  { weight: 1, arbitrary: fc.constant<Edit>({ description: true }) },
  { weight: 1, arbitrary: fc.constant<Edit>({}) },
);

/** What comes with a reply. */
export const replyEdit: fc.Arbitrary<Edit> = fc.record(
  { status: likelyStatus, priority, retag, assignee, group },
  { requiredKeys: [] },
);

/** What is sent for an edit. */
export function bodyOf(model: DeskModel, edit: Edit): Sent {
  const { status, priority, tags, retag, author, assignee, group, followUpOf } = edit;
  const idOf = (name: NonNullable<Edit['assignee']>) => (name === 'nobody' ? nowhere : model.person(name).id);
  const followed = (which: Pick) => (model.tickets.length === 0 ? nowhere : picked(model, which).id);
  return {
    ...(edit.title && { title: `Title ${model.word()}` }),
    ...(edit.description && { description: `Told at length: ${model.word()}` }),
    ...(status && { status }),
    ...(priority && { priority }),
    ...(tags !== undefined && { tags: tags as readonly string[] }),
    ...(tags === undefined && retag && { addTags: retag.add, removeTags: retag.remove }),
    ...(author && { authorId: idOf(author) }),
    ...(assignee !== undefined && { assignedToId: assignee && idOf(assignee) }),
    ...(group !== undefined && { groupId: groupId(model, group) }),
    ...(followUpOf !== undefined && { followUpOfId: followUpOf && followed(followUpOf) }),
  };
}

function groupId(model: DeskModel, group: NonNullable<Edit['group']> | null): string | null {
  if (group === null) return null;
  return group === 'nowhere' ? nowhere : (model.place.groups[group]?.id ?? nowhere);
}

export const any = (model: DeskModel) => model.tickets.length > 0;
export const spell = ({ nth, among, by }: Pick) => `${among} ticket ${nth} by ${by}`;
