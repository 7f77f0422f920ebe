import {
  insertImportedComments,
  insertImportedEvents,
  insertImportedLinks,
  writtenSince,
} from '../../ticket-core/imported-tickets.js';
import { RowRefused } from './errors.js';
import { assertKnown, unknown, type ImportBatch, type PlacedRow } from './import-batch.js';
import type { WantedComment, WantedEvent, WantedLink } from './wanted-rows.js';
import { openingKey } from './zendesk-form.js';

/** Comments in the order of the archive. */
export async function applyComments(batch: ImportBatch, rows: readonly PlacedRow<WantedComment>[]): Promise<void> {
  if (rows.length === 0) return;
  const named = rows.flatMap(({ row }) => [row.ticketId, row.originTicketId, row.openingOfId]);
  const tickets = await batch.targets('ticket', named);
  const authors = rows.map(({ row }) => row.authorId);
  const users = await batch.targets('user', authors);
  const written = batch.isDryRun ? new Set<string>() : await writtenSince(batch.tx, tickets.values());
  const sound = batch.sound(await batch.unseen('comment', rows), (row) => {
    assertKnown(tickets, 'ticketId', row.ticketId);
    assertKnown(tickets, 'originTicketId', row.originTicketId);
    assertKnown(tickets, 'openingOfId', row.openingOfId);
    assertKnown(users, 'authorId', row.authorId);
    if (written.has(tickets.get(row.ticketId) ?? ''))
      throw new RowRefused(
        'ticket_in_use',
        'People have gone on with the ticket: the comment would come after what they wrote.',
      );
  });
  for (const placed of sound)
    for (const [nth, name] of placed.row.absentFiles.entries())
      batch.note(
        placed,
        nth,
        'file_missing',
        `The archive does not hold the file ${name}; the comment is imported without it.`,
      );
  const wanted = await withoutOpenings(batch, sound);
  batch.accept('comments', wanted.length);
  const ids = await batch.name('comment', 'Comment', wanted);
  if (batch.isDryRun) return;
  await insertImportedComments(
    batch.tx,
    wanted.map(({ row: { ticketId, originTicketId, openingOfId, authorId, ...row } }, index) => ({
      id: ids[index] as string,
      ticketId: tickets.get(ticketId) as string,
      originTicketId: tickets.get(originTicketId ?? '') ?? null,
      openingOfId: tickets.get(openingOfId ?? '') ?? null,
      authorId: users.get(authorId) as string,
      ...{ body: row.body, visibility: row.visibility, redactedAt: row.redactedAt, createdAt: row.createdAt },
    })),
  );
}

/** A file of comments says the description of each ticket once more. Where it is for staff alone it stays a comment. */
async function withoutOpenings(
  batch: ImportBatch,
  rows: readonly PlacedRow<WantedComment>[],
): Promise<readonly PlacedRow<WantedComment>[]> {
  const keyOf = ({ ticketId, createdAt, body }: WantedComment) => openingKey(ticketId, createdAt, body);
  const alone = rows.filter(({ place, row }) => place.part === 0 && row.own === null);
  const keys = alone.map(({ row }) => keyOf(row));
  const openings = await batch.targets('opening', keys);
  const repeated = alone.filter(({ row }) => openings.has(keyOf(row)));
  const notes = repeated.filter(({ row }) => row.visibility === 'INTERNAL').map(({ row }) => keyOf(row));
  const hidden = notes.map((key) => [key, openings.get(key) as string] as const);
  // The dry run tells the run, which makes the tickets before it comes to this file.
  if (batch.isDryRun) await batch.remember('hidden', hidden, true);
  const left = new Set(repeated.filter(({ row }) => row.visibility === 'PUBLIC'));
  return rows.filter((each) => !left.has(each));
}

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const namedInEvents = ['user', 'ticket', 'group', 'organization', 'comment'] as const;

/** Events as they were, marked as imported: no webhook is told of them. */
export async function applyEvents(batch: ImportBatch, rows: readonly PlacedRow<WantedEvent>[]): Promise<void> {
  const concerned = rows.map(({ row }) => row.ticketId);
  const tickets = await batch.targets('ticket', concerned);
  const actors = rows.map(({ row }) => row.actorId);
  const users = await batch.targets('user', actors);
  const sound = batch.sound(await batch.unseen('event', rows), (row) => assertKnown(tickets, 'ticketId', row.ticketId));
  for (const placed of sound)
    if (placed.row.actorId !== null && !users.has(placed.row.actorId))
      batch.note(
        placed,
        0,
        'invalid_reference',
        `${unknown('actorId', placed.row.actorId)}; the event is imported without it.`,
      );
  batch.accept('events', sound.length);
  const ids = await batch.name('event', 'TicketEvent', sound);
  if (batch.isDryRun) return;
  const named = sound.flatMap(({ row }) => JSON.stringify([row.changes, row.names]).match(uuids) ?? []);
  const renames = new Map<string, string>();
  for (const kind of namedInEvents)
    for (const [source, target] of await batch.targets(kind, named)) renames.set(source, target);
  const renamed = <T>(value: T) => JSON.parse(JSON.stringify(value).replace(uuids, (id) => renames.get(id) ?? id)) as T;
  await insertImportedEvents(
    batch.tx,
    sound.map(({ row }, index) => ({
      id: ids[index] as string,
      ticketId: tickets.get(row.ticketId) as string,
      actorId: users.get(row.actorId ?? '') ?? null,
      type: row.type,
      internal: row.isInternal,
      changes: renamed(row.changes),
      names: renamed(row.names),
      createdAt: row.createdAt,
    })),
  );
}

/** How tickets belong together. */
export async function applyLinks(batch: ImportBatch, rows: readonly PlacedRow<WantedLink>[]): Promise<void> {
  const named = rows.flatMap(({ row }) => [row.fromId, row.toId]);
  const tickets = await batch.targets('ticket', named);
  const sound = batch.sound(await batch.unseen('link', rows), (row) => {
    assertKnown(tickets, 'fromId', row.fromId);
    assertKnown(tickets, 'toId', row.toId);
  });
  batch.accept('links', sound.length);
  const ids = await batch.name('link', 'TicketLink', sound);
  if (batch.isDryRun) return;
  await insertImportedLinks(
    batch.tx,
    sound.map(({ row: { type, fromId, toId, createdAt } }, index) => ({
      id: ids[index] as string,
      fromId: tickets.get(fromId) as string,
      toId: tickets.get(toId) as string,
      ...{ type, createdAt },
    })),
  );
}
