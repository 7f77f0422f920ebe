import { expect } from '@jest/globals';
import type { Answer } from '@helpdeskly/testing';
import {
  isSeen,
  seenByCustomers,
  TicketModel,
  wordsOf,
  type CommentModel,
  type ExpectedEvent,
  type Fields,
} from './ticket-model.js';

export const staff = ['ada', 'anna', 'arno'] as const;
export const customers = ['carl', 'cora', 'otto', 'olga'] as const;
export const names = [...staff, ...customers] as const;
export type Name = (typeof names)[number];

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'ADMIN' | 'AGENT' | 'CUSTOMER';
  readonly organizationId: string | null;
  /** The same, when its customers see each other's tickets. */
  readonly sharesWith: string | undefined;
  disabled: boolean;
}

export interface MacroModel {
  readonly id: string;
  readonly reply: { readonly body: string; readonly visibility: 'PUBLIC' | 'INTERNAL' } | null;
  readonly changes: {
    readonly status?: Fields['status'];
    readonly priority?: string;
    readonly groupId?: string;
    readonly assignToMe?: boolean;
    readonly addTags?: readonly string[];
    readonly removeTags?: readonly string[];
  };
}

export interface GroupModel {
  readonly id: string;
  readonly members: Set<string>;
}

/** A POST that was sent with an Idempotency-Key, and what it was answered. */
export interface KeptAnswer {
  readonly by: Name;
  readonly path: string;
  readonly body: unknown;
  readonly key: string;
  readonly answer: Answer;
}

/** What is there before a run begins. */
export interface Place {
  readonly run: number;
  readonly people: Readonly<Record<Name, Person>>;
  readonly groups: readonly GroupModel[];
  readonly macros: readonly MacroModel[];
  readonly lastNumber: number;
  /** Tickets of this run are opened later. */
  readonly since: string;
  /** Words and ids that no customer may ever read. */
  readonly secrets: Set<string>;
}

export interface Link {
  readonly id: string;
  readonly type: string;
  readonly from: TicketModel;
  readonly to: TicketModel;
}

/** Fields of events that name another ticket. */
const ticketFields = ['followUpOfId', 'mergedIntoId', 'absorbedId', 'splitFromId', 'splitIntoId'];

/** What the helpdesk must hold: predicts each answer. */
export class DeskModel {
  /** In the order of their numbers. */
  readonly tickets: TicketModel[] = [];
  readonly links: Link[] = [];
  kept: KeptAnswer[] = [];
  /** Every comment that was acknowledged. */
  readonly written: CommentModel[] = [];
  private words = 0;

  constructor(readonly place: Place) {}

  person(name: Name): Person {
    return this.place.people[name];
  }

  readonly personBy = (id: string): Person | undefined =>
    Object.values(this.place.people).find((person) => person.id === id);

  nameOf(id: string): Name {
    return names.find((name) => this.person(name).id === id) as Name;
  }

  ticket(id: string): TicketModel | undefined {
    return this.tickets.find((ticket) => ticket.id === id);
  }

  group(id: string): GroupModel | undefined {
    return this.place.groups.find((group) => group.id === id);
  }

  /** A word that nothing else holds, in no other's letters. */
  word(): string {
    return `wq${this.place.run}q${++this.words}z`;
  }

  nextNumber(): number {
    return this.place.lastNumber + this.tickets.length + 1;
  }

  open(id: string, fields: Fields, submittedById: string, splitFrom?: TicketModel, internal = false): TicketModel {
    const author = this.personBy(fields.authorId) as Person;
    const { organizationId } = splitFrom ?? author;
    const number = this.nextNumber();
    const openedAt = this.written.length - 0.5 + number / 1e6;
    const ticket = new TicketModel(id, number, fields, submittedById, openedAt, organizationId, internal);
    this.tickets.push(ticket);
    return ticket;
  }

  sees(person: Person, ticket: TicketModel): boolean {
    return !ticket.deleted && this.mayReach(person, ticket);
  }

  /** Whether somebody may write to a ticket that they see. */
  takesPart(person: Person, { fields, participants }: TicketModel): boolean {
    return isStaff(person) || fields.authorId === person.id || participants.get(person.id) === 'CC';
  }

  shownTo(person: Person): TicketModel[] {
    return this.tickets.filter((ticket) => this.sees(person, ticket));
  }

  view(person: Person, ticket: TicketModel): object {
    const { followUpOfId, mergedIntoId } = ticket.fields;
    return {
      ...ticket.shown(isStaff(person), (id) => this.viewPerson(person, id)),
      followUpOfId: this.viewReference(person, followUpOfId),
      mergedIntoId: this.viewReference(person, mergedIntoId),
    };
  }

  /** The id of a ticket, to those who may see it (deleted or not). */
  viewReference(viewer: Person, id: string | null): string | null {
    const named = id === null ? undefined : this.ticket(id);
    return named !== undefined && this.mayReach(viewer, named) ? id : null;
  }

  /** An event as it must be shown. */
  viewEvent(viewer: Person, event: ExpectedEvent): ExpectedEvent {
    if (isStaff(viewer)) return event;
    const { changes, ...seen } = seenByCustomers(event);
    const isHidden = (id: unknown) => typeof id === 'string' && this.viewReference(viewer, id) === null;
    const told = Object.entries(changes).filter(
      ([field, { from, to }]) => !(ticketFields.includes(field) && (isHidden(from) || isHidden(to))),
    );
    return { ...seen, changes: Object.fromEntries(told) };
  }

  /** Customers learn no address of the staff. */
  viewPerson(viewer: Person, id: string): object {
    const { name, email, role } = this.personBy(id) as Person;
    return isStaff(viewer) || !isStaff({ role }) ? { id, name, email, role } : { id, name, role };
  }

  /** Holds whatever a customer was answered to what that customer may know. */
  hear(person: Person, answer: Answer, replayed = false): void {
    if (isStaff(person)) return;
    const text = JSON.stringify(answer.body ?? null);
    const addresses = staff.map((name) => this.person(name).email);
    expect(['"priority":', '"tags":', ...addresses].filter((untold) => text.includes(untold))).toEqual([]);
    expect([...this.place.secrets].filter((secret) => text.includes(secret))).toEqual([]);
    if (replayed) return;
    const known = this.wordsFor(person);
    const ofThisRun = [...wordsOf(answer.body)].filter((word) => word.startsWith(`wq${this.place.run}q`));
    expect(ofThisRun.filter((word) => !known.has(word))).toEqual([]);
  }

  redact(ticket: TicketModel, comment: CommentModel, actorId: string, redactedAt: unknown): void {
    comment.redacted = true;
    comment.body = '';
    this.forgetAnswersAbout(comment.id, [ticket.id, comment.originTicketId]);
    const changes = {
      commentId: { from: comment.id, to: comment.id },
      redactedAt: { from: null, to: redactedAt },
    };
    ticket.write('REDACTED', actorId, {}, changes, comment.visibility === 'INTERNAL');
  }

  /** Nobody reads a comment's words again, in kept answers neither. */
  forgetAnswersAbout(id: string, ticketIds: readonly (string | null)[]): void {
    const wroteThere = (body: any) => body?.reply && ticketIds.includes(body.ticket.id); // By a macro.
    const names = (body: any) => body?.id === id || body?.ticket?.id === id;
    this.kept = this.kept.filter(({ answer: { body } }) => !names(body) && !wroteThere(body));
  }

  private mayReach(person: Person, ticket: TicketModel): boolean {
    if (isStaff(person)) return true;
    const isTheirs = ticket.fields.authorId === person.id || ticket.participants.get(person.id) === 'CC';
    return ticket.isShownToCustomers && (isTheirs || ticket.organizationId === person.sharesWith);
  }

  private wordsFor(person: Person): Set<string> {
    const tickets = this.shownTo(person);
    const comments = tickets.flatMap((ticket) => ticket.comments.filter(isSeen(false)));
    return new Set([
      ...tickets.flatMap(({ words }) => [...words]),
      ...comments.flatMap(({ body }) => [...wordsOf(body)]),
    ]);
  }
}

export const isStaff = ({ role }: Pick<Person, 'role'>) => role !== 'CUSTOMER';
