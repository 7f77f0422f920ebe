import { InvalidReference } from '@helpdeskly/errors';
import { assertVersion } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Notifier } from '../notification-core/notifier.js';
import type { FieldChanges } from './column-fields.js';
import { firstResponseAfter } from './first-response.js';
import { insertTicket, type MadeTicket } from './insert-ticket.js';
import { OnTicketWritten, type WrittenTicket } from './on-ticket-written.js';
import { statusTimes } from './ticket-status.js';
import { fitAssignee } from './ticket-assignee.js';
import {
  resolverOf,
  ticketFields,
  type LockedTicket,
  type PlannedWrite,
  type TicketColumns,
  type TicketFields,
} from './ticket-changes.js';
import { isInternal, recordEvents, type RecordedEvent, type TicketEventType } from './ticket-events.js';
import { lockTicket } from './ticket-lock.js';
import { notifyOfWrite } from './ticket-notifications.js';
import type { TicketReference } from './ticket-reference.js';
import { assertReferences } from './ticket-references.js';
import { versionFor, type Viewer } from './viewer.js';
import { movedFor, writtenAt } from './write-clock.js';

type Transaction = Prisma.TransactionClient;

/** A write to a ticket, decided but not done. */
export interface TicketWrite<Done = void> {
  readonly columns?: Partial<TicketColumns>;
  /** What of `columns` its events tell. */
  readonly changes?: FieldChanges;
  /** What was asked for by name: an assignee who was named has to fit. */
  readonly edit?: Partial<TicketFields>;
  /** What belongs to the write beside the ticket's row. Done when the write is allowed, before it is stored. */
  readonly effect?: (tx: Transaction, ticket: LockedTicket) => Promise<Done>;
  /** One at least, of what has changed in the end and what the effect answers. */
  readonly events: (changes: FieldChanges, done: Done) => readonly RecordedEvent[];
  /** Users whom its comment mentions. */
  readonly mentioned?: readonly string[];
}

/** Decides what becomes of a locked ticket; undefined when nothing does. Asks nobody, and throws what refuses the write. */
export type Decide<Done> = (ticket: LockedTicket) => TicketWrite<Done> | undefined;

/** People of a ticket, where they were asked for. */
type NamedPeople = Partial<Pick<TicketFields, 'authorId' | 'assignedToId'>>;

/** A ticket that is about to be opened. */
export interface TicketOpening<Done = void> {
  readonly fields: TicketFields;
  /** People who were asked for by name: they have to fit. */
  readonly named?: NamedPeople;
  readonly splitFromId?: string;
  /** Hidden from customers while it has no public comment. */
  readonly internal?: boolean;
  /** What belongs to the opening beside the ticket's row. Done when it is stored. */
  readonly effect?: (made: MadeTicket) => Promise<Done>;
  /** Of what it was opened with and what the effect answers. */
  readonly events: (changes: FieldChanges, done: Done) => readonly RecordedEvent[];
}

/** Under which terms a ticket is written. */
export interface WriteTerms {
  /** Throws what keeps this actor from it. */
  readonly may?: (ticket: LockedTicket) => void;
  /** The version that the write is meant for. */
  readonly version?: number;
  readonly deleted?: 'hidden' | 'included';
  /** The field of the body in which the fields stand, when they stand in one. */
  readonly within?: string;
}

/** A write to many tickets at once. All SQL is ours; `held` names their rows in it. */
export interface TicketsWrite {
  /**
   * A query of the ids of tickets as `id`, and of what else is read of `held`; it locks them, in the order of ids, unless they are locked.
   * One that it names several times is written once, and has an event for each.
   */
  readonly held: Prisma.Sql;
  /** Further CTEs that belong to the write. */
  readonly effects?: readonly Prisma.Sql[];
  /** What is set of each row `t`. */
  readonly columns?: Prisma.Sql;
  /** Whether customers see it; they do unless given. */
  readonly seen?: Prisma.Sql;
  /** The time of the write where `held` has read it. */
  readonly at?: Prisma.Sql;
  readonly type: TicketEventType | Prisma.Sql;
  readonly actorId: string | null;
  /** What the event of each tells, as jsonb, and how what it names is called. */
  readonly changes: Prisma.Sql;
  readonly names?: Prisma.Sql;
  /** What companions are told of each; without it they are told nothing. */
  readonly told?: RecordedEvent;
  /** The order of a ticket's events where it has several. */
  readonly order?: Prisma.Sql;
}

/** What an event tells of one field, as jsonb. */
export function fromTo(field: string, from: string | null, to: string | null): Prisma.Sql {
  return Prisma.sql`${JSON.stringify({ [field]: { from, to } })}::jsonb`;
}

/** The one place where tickets are written. */
@Injectable()
export class TicketWrites {
  constructor(
    private readonly written: OnTicketWritten,
    private readonly notifier: Notifier,
  ) {}

  /**
   * Locks a ticket, unless it is locked; asks whether the actor may, and whether it is the version that was meant; decides; judges
   * what the decision refers to; stores it with its events, and notifies those whom it concerns. Answers the ticket as it was, and what
   * the effect answered. Throws NotFound, VersionConflict, InvalidReference, and what `may` and `decide` throw.
   */
  async writeTicket<Done = void>(
    tx: Transaction,
    named: TicketReference | LockedTicket,
    actor: Viewer,
    decide: Decide<Done>,
    { may, version, deleted, within }: WriteTerms = {},
  ): Promise<{ readonly ticket: LockedTicket; readonly done?: Done }> {
    const ticket = 'at' in named ? named : await lockTicket(tx, named, actor, deleted);
    may?.(ticket);
    assertVersion(version, versionFor(actor, ticket));
    const write = decide(ticket);
    if (write === undefined) return { ticket };
    const { edit = {}, effect, events, mentioned } = write;
    const planned = { columns: write.columns ?? {}, changes: write.changes ?? {} };
    const plan = await fieldsWithin(within, () => settle(tx, actor, ticket, edit, planned));
    const done = (await effect?.(tx, ticket)) as Done;
    const columns = { ...plan.columns, ...(await firstResponseAfter(tx, ticket, plan.columns)) };
    const recorded = events(plan.changes, done);
    await store(tx, ticket, columns, recorded);
    await notifyOfWrite(tx, this.notifier, ticket.id, recorded, mentioned);
    await this.written.within(tx, recorded, ticket.id);
    await this.written.tell([{ ...ticket, ...columns }]);
    return { ticket, done };
  }

  /**
   * Judges what a new ticket refers to, numbers and stores it with its events. One that is opened as resolved without an assignee is the
   * opener's, who is an agent. Throws InvalidReference.
   */
  async openTicket<Done = void>(
    tx: Transaction,
    actor: Viewer,
    { fields: asked, named = {}, splitFromId, internal, effect, events }: TicketOpening<Done>,
  ): Promise<MadeTicket> {
    const fields = await placed(tx, actor, { ...asked, assignedToId: resolverOf(asked, actor) }, named);
    const made = await insertTicket(tx, { ...fields, submittedById: actor.id, splitFromId, internal });
    const done = (await effect?.(made)) as Done;
    const recorded = events(ticketFields.firstTold(fields), done);
    await recordEvents(tx, made, recorded);
    await notifyOfWrite(tx, this.notifier, made.id, recorded);
    await this.written.within(tx, recorded, made.id);
    const { resolvedAt } = statusTimes(fields.status, made.at);
    await this.written.tell([{ id: made.id, status: fields.status, resolvedAt, deletedAt: null, opened: true }]);
    return made;
  }

  /** The same write to many tickets, each with its event, in one statement. Answers those that were written. */
  async writeTickets(tx: Transaction, write: TicketsWrite): Promise<readonly WrittenTicket[]> {
    const { held, effects = [], columns, seen = Prisma.sql`true`, at = writtenAt, names } = write;
    const order = write.order === undefined ? Prisma.empty : Prisma.sql`ORDER BY held."id", ${write.order}`;
    const set = columns === undefined ? movedFor(seen, at) : Prisma.sql`${columns}, ${movedFor(seen, at)}`;
    const tickets = await tx.$queryRaw<WrittenTicket[]>`
      WITH held AS MATERIALIZED (${held}), ${Prisma.join([
        ...effects,
        Prisma.sql`changed AS (
        UPDATE "Ticket" t SET ${set} FROM held WHERE t."id" = held."id"
        RETURNING t."id", t."status", t."resolvedAt", t."deletedAt", t."updatedAt"
      )`,
      ])}, told AS (
        INSERT INTO "TicketEvent" ("ticketId", "type", "actorId", "internal", "changes", "names", "createdAt")
        SELECT held."id", ${write.type}, ${write.actorId}::uuid, NOT (${seen}), ${write.changes}, ${names ?? Prisma.sql`NULL::jsonb`},
               t."updatedAt"
          FROM held JOIN changed t ON t."id" = held."id"
         ${order}
      )
      SELECT t."id"::text AS "id", t."status"::text AS "status", t."resolvedAt", t."deletedAt" FROM changed t`;
    if (write.told !== undefined) for (const { id } of tickets) await this.written.within(tx, [write.told], id);
    await this.written.tell(tickets);
    return tickets;
  }
}

/** What a ticket has before it is opened. */
const nobodys = { assignedToId: null, groupId: null, status: 'OPEN' } as const;

/** The fields of a new ticket, judged by what they refer to, whose assignee fits. Of an author only one who was named is judged. */
async function placed(tx: Transaction, actor: Viewer, fields: TicketFields, named: NamedPeople): Promise<TicketFields> {
  await assertReferences(tx, actor, { ...fields, authorId: named.authorId });
  const { columns } = await fitAssignee(tx, nobodys, named, { columns: fields, changes: {} });
  return { ...fields, assignedToId: columns.assignedToId ?? null };
}

/** A decided write, judged by what it refers to, whose assignee fits. Throws InvalidReference. */
async function settle(
  tx: Transaction,
  actor: Viewer,
  ticket: LockedTicket,
  edit: Partial<TicketFields>,
  planned: PlannedWrite,
): Promise<PlannedWrite> {
  await assertReferences(tx, actor, planned.columns, ticket.number);
  return fitAssignee(tx, ticket, edit, planned);
}

/** Runs `work`, whose references stand in the field `parent` of a body. */
async function fieldsWithin<T>(parent: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (parent === undefined || !(error instanceof InvalidReference)) throw error;
    throw new InvalidReference(`${parent}.${String(error.members.field)}`, error.message);
  }
}

/**
 * Sets `columns` of a locked ticket, moves its version and time, and records what was done. The version and time that customers
 * have move when they see one of the events.
 */
async function store(
  tx: Transaction,
  ticket: LockedTicket,
  { tags, ...scalars }: Partial<TicketColumns>,
  events: readonly RecordedEvent[],
): Promise<void> {
  await tx.ticket.update({
    where: { id: ticket.id },
    data: {
      ...scalars,
      ...(tags !== undefined && { tags: [...tags] }),
      version: { increment: 1 },
      updatedAt: ticket.at,
      ...(!events.every(isInternal) && { publicVersion: { increment: 1 }, publicUpdatedAt: ticket.at }),
    },
    select: { id: true },
  });
  await recordEvents(tx, ticket, events);
}
