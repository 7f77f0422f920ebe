import type { ImportedTicket } from '../../ticket-core/imported-tickets.js';
import { insertImportedTickets, settleImportedTickets } from '../../ticket-core/imported-tickets.js';
import { isDone } from '../../ticket-core/ticket-status.js';
import { applyComments } from './apply-comments.js';
import { RowRefused } from './errors.js';
import { idsFor } from './id-map.queries.js';
import { assertKnown, partsOfRow, unknown, type ImportBatch, type PlacedRow } from './import-batch.js';
import { soundMerges } from './sound-merges.js';
import type { WantedComment, WantedTicket } from './wanted-rows.js';
import { nothingSaid } from './zendesk-form.js';

/** By ids of the archive, what tickets may refer to. */
interface Around {
  readonly users: ReadonlyMap<string, string>;
  readonly staff: ReadonlyMap<string, string>;
  readonly workers: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
  readonly organizations: ReadonlyMap<string, string>;
  /** Descriptions that only staff may read, by the keys of their openings. */
  readonly hidden: ReadonlyMap<string, string>;
}

/** Tickets under their numbers. What they refer to among each other is set when all of them are there: see `settleTickets`. */
export async function applyTickets(batch: ImportBatch, rows: readonly PlacedRow<WantedTicket>[]): Promise<void> {
  const around = await aroundOf(batch, rows);
  const numbers = rows.map(({ row }) => row.number);
  const there = await batch.tx.ticket.findMany({ where: { number: { in: numbers } }, select: { number: true } });
  const taken = new Set(there.map(({ number }) => number));
  const planned = batch.isDryRun ? await batch.targets('number', numbers.map(String)) : new Map<string, string>();
  for (const number of planned.keys()) taken.add(Number(number));
  const sound = batch.sound(await batch.unseen('ticket', rows), (row) => {
    if (taken.has(row.number)) throw new RowRefused('number_taken', `There is a ticket with the number ${row.number}.`);
    assertKnown(around.users, 'authorId', row.authorId);
    taken.add(row.number);
  });
  const own = sound.map(({ row }) => row.own);
  const ids = await idsFor(batch.tx, 'Ticket', own);
  const withIds = sound.map((placed, index) => ({ placed, id: ids[index] as string }));
  const pairs = (of: (row: WantedTicket) => string | null) =>
    withIds.flatMap(({ placed: { row }, id }) => {
      const key = of(row);
      return key === null ? [] : [[key, id] as const];
    });
  await batch.remember(
    'ticket',
    pairs(({ sourceId }) => sourceId),
  );
  await batch.remember(
    'opening',
    pairs(({ opening }) => opening),
  );
  if (batch.isDryRun)
    await batch.remember(
      'number',
      pairs(({ number }) => String(number)),
    );
  const tickets = withIds.map(({ placed, id }) => ({ placed, made: ticketOf(batch, placed, id, around) }));
  batch.accept('tickets', sound.length);
  if (!batch.isDryRun) {
    await insertImportedTickets(
      batch.tx,
      batch.of.actorId,
      tickets.map(({ made }) => made),
    );
    await addMembers(
      batch,
      tickets.map(({ made }) => made),
    );
  }
  for (const { placed } of tickets)
    for (const [nth, name] of placed.row.absentFiles.entries())
      batch.note(
        placed,
        700 + nth,
        'file_missing',
        `The archive does not hold the file ${name}; the ticket is imported without it.`,
      );
  await applyComments(
    batch,
    sound.flatMap((placed) => commentsIn(batch, placed)),
  );
}

async function aroundOf(batch: ImportBatch, rows: readonly PlacedRow<WantedTicket>[]): Promise<Around> {
  const people = rows.flatMap(({ row }) => [
    row.authorId,
    row.submittedById,
    row.assignedToId,
    ...row.participants.map(({ userId }) => userId),
  ]);
  return {
    users: await batch.targets('user', people),
    staff: await batch.targets('staff', people),
    workers: await batch.targets('worker', people),
    groups: await batch.targets(
      'group',
      rows.map(({ row }) => row.groupId),
    ),
    organizations: await batch.targets(
      'organization',
      rows.map(({ row }) => row.organizationId),
    ),
    hidden: await batch.targets(
      'hidden',
      rows.map(({ row }) => row.opening),
    ),
  };
}

/** Notes what the ticket is imported without. */
function ticketOf(batch: ImportBatch, placed: PlacedRow<WantedTicket>, id: string, around: Around): ImportedTicket {
  const { row } = placed;
  let notes = 0;
  const orNull = (known: ReadonlyMap<string, string>, field: string, source: string | null, as = ''): string | null => {
    const found = known.get(source ?? '') ?? null;
    if (source !== null && found === null)
      batch.note(
        placed,
        notes++,
        'invalid_reference',
        `${unknown(field, source)}${as}; the ticket is imported without it.`,
      );
    return found;
  };
  const authorId = around.users.get(row.authorId) as string;
  const able = isDone(row.status) ? around.staff : around.workers;
  const participants = new Map<string, { readonly userId: string; readonly role: 'CC' | 'FOLLOWER' }>();
  for (const { userId: source, role } of row.participants) {
    const isFollower = role === 'FOLLOWER';
    const userId = orNull(
      isFollower ? around.staff : around.users,
      'participants',
      source,
      isFollower ? ' as an agent' : '',
    );
    if (userId !== null && !participants.has(userId)) participants.set(userId, { userId, role });
  }
  return {
    ticket: {
      id,
      number: row.number,
      title: row.title,
      description: row.opening !== null && around.hidden.has(row.opening) ? nothingSaid : row.description,
      status: row.status,
      priority: row.priority,
      tags: [...row.tags],
      internal: row.isInternal,
      authorId,
      submittedById: orNull(around.users, 'submittedById', row.submittedById) ?? authorId,
      assignedToId: orNull(able, 'assignedToId', row.assignedToId, ' as an agent who can work'),
      groupId: orNull(around.groups, 'groupId', row.groupId),
      organizationId: orNull(around.organizations, 'organizationId', row.organizationId),
      reopenCount: row.reopenCount,
      firstRespondedAt: row.firstRespondedAt,
      resolvedAt: row.resolvedAt,
      closedAt: row.closedAt,
      deletedAt: row.deletedAt,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
      publicUpdatedAt: row.updatedAt,
    },
    isSpam: row.isSpam,
    participants: [...participants.values()],
  };
}

/** Whoever has an open ticket of a group is in it. */
async function addMembers(batch: ImportBatch, tickets: readonly ImportedTicket[]): Promise<void> {
  const data = tickets.flatMap(({ ticket: { status = 'OPEN', groupId, assignedToId } }) =>
    isDone(status) || typeof groupId !== 'string' || typeof assignedToId !== 'string'
      ? []
      : [{ groupId, userId: assignedToId }],
  );
  if (data.length > 0) await batch.tx.groupMember.createMany({ data, skipDuplicates: true });
}

/** The comments of a ticket's own row, but for those that cannot be read. */
function commentsIn(batch: ImportBatch, { place, row }: PlacedRow<WantedTicket>): PlacedRow<WantedComment>[] {
  return row.comments.flatMap((comment, index) => {
    const within = { ...place, part: (index + 1) * partsOfRow };
    if (!(comment instanceof RowRefused)) return [{ place: within, row: comment }];
    batch.refuse(within, row.sourceId, comment);
    return [];
  });
}

const inCircles =
  'The field mergedIntoId leads back to the ticket, or over too many others; the ticket is imported without it.';
const relations = ['followUpOfId', 'mergedIntoId', 'splitFromId'] as const;

/** When all tickets are there: what they refer to among each other. */
export async function settleTickets(batch: ImportBatch, rows: readonly PlacedRow<WantedTicket>[]): Promise<void> {
  const named = rows.flatMap(({ row }) => [row.sourceId, ...relations.map((field) => row[field])]);
  const tickets = await batch.targets('ticket', named);
  const target = (source: string | null) => tickets.get(source ?? '') ?? null;
  const there = rows.flatMap((placed) => {
    const id = target(placed.row.sourceId);
    return id === null ? [] : [{ placed, id }];
  });
  const merges = await soundMerges(
    batch,
    there.flatMap(({ placed: { row }, id }) => {
      const into = target(row.mergedIntoId);
      return into === null ? [] : [[id, into] as const];
    }),
  );
  const settled = there.map(({ placed, id }) => {
    const { row } = placed;
    for (const [nth, field] of relations.entries())
      if (row[field] !== null && !tickets.has(row[field]))
        batch.note(
          placed,
          990 + nth,
          'invalid_reference',
          `${unknown(field, row[field])}; the ticket is imported without it.`,
        );
    const into = merges.get(id) ?? null;
    if (into === null && target(row.mergedIntoId) !== null) batch.note(placed, 994, 'invalid_reference', inCircles);
    const { followUpOfId, splitFromId } = row;
    return { id, followUpOfId: target(followUpOfId), mergedIntoId: into, splitFromId: target(splitFromId) };
  });
  if (!batch.isDryRun) await settleImportedTickets(batch.tx, settled);
}
