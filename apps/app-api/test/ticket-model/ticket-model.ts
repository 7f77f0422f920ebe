import { expect } from '@jest/globals';

export type Status = 'OPEN' | 'PENDING' | 'ON_HOLD' | 'RESOLVED' | 'CLOSED';
export type Visibility = 'PUBLIC' | 'INTERNAL';

/** The fields of a ticket that its events tell of. */
export interface Fields {
  title: string;
  description: string;
  status: Status;
  priority: string;
  tags: readonly string[];
  authorId: string;
  assignedToId: string | null;
  groupId: string | null;
  followUpOfId: string | null;
  mergedIntoId: string | null;
}

export type Changes = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** An event that a ticket must have; its id and time are the server's. */
export interface ExpectedEvent {
  readonly type: string;
  readonly actorId: string;
  changes: Changes;
  /** For the staff alone. */
  readonly internal: boolean;
}

export interface CommentModel {
  readonly id: string;
  /** The place in the order in which all comments were written. */
  readonly place: number;
  readonly visibility: Visibility;
  readonly authorId: string;
  readonly createdAt: string;
  body: string;
  originTicketId: string | null;
  redacted: boolean;
  /** The merged ticket whose description this repeats. */
  readonly openingOf?: TicketModel;
}

/** Of which ones a viewer sees: those of everybody, or of the staff too. */
export const isSeen = (isStaff: boolean) => (it: { visibility?: Visibility; internal?: boolean }) =>
  isStaff || (it.visibility !== 'INTERNAL' && it.internal !== true);

/** Fields that no event tells customers of. */
const staffFields = ['priority', 'tags'];

/** An event as customers see it. */
export function seenByCustomers({ changes, ...event }: ExpectedEvent): ExpectedEvent {
  return {
    ...event,
    changes: Object.fromEntries(Object.entries(changes).filter(([name]) => !staffFields.includes(name))),
  };
}

/** What only the server can say: learnt once (undefined until then), and to stay until a write moves it. */
interface Times {
  createdAt?: string;
  updatedAt?: string;
  publicUpdatedAt?: string;
  firstRespondedAt: string | null | undefined;
  resolvedAt: string | null | undefined;
  closedAt: string | null | undefined;
}

/** A ticket as it must be. */
export class TicketModel {
  version = 1;
  /** What customers have for a version. */
  publicVersion = 1;
  reopenCount = 0;
  deleted = false;
  comments: CommentModel[] = [];
  readonly events: ExpectedEvent[] = [];
  readonly participants = new Map<string, 'CC' | 'FOLLOWER'>();
  /** What the description says of one that was split off, until somebody writes another. */
  splitNote: string | undefined;
  /** Every word that its title and its description ever had: its events tell of the former ones. */
  readonly words = new Set<string>();
  private readonly times: Times;
  private readonly updatedBefore = { staff: '', customers: '' };
  /** How many events there were when it was last touched. */
  private touched = 0;

  constructor(
    readonly id: string,
    readonly number: number,
    readonly fields: Fields,
    private readonly submittedById: string,
    /** Its place in the order in which comments were written. */
    readonly openedAt: number,
    readonly organizationId: string | null,
    /** Made of internal comments alone. */
    public internal = false,
  ) {
    const { status } = fields;
    const closed = status === 'CLOSED' ? undefined : null;
    this.times = {
      firstRespondedAt: null,
      resolvedAt: status === 'RESOLVED' ? undefined : closed,
      closedAt: closed,
    };
    this.learnWords();
  }

  /** One write with its event, which names what the write made different, and `more`. */
  write(type: string, actorId: string, wanted: Partial<Fields> = {}, more: Changes = {}, internal = false): void {
    this.tell(type, actorId, { ...more, ...this.set(wanted) }, internal);
    this.touch();
  }

  tell(type: string, actorId: string, changes: Changes, internal = false): void {
    const fields = Object.keys(changes);
    const untold = type === 'UPDATED' && fields.every((name) => staffFields.includes(name));
    this.events.push({ type, actorId, changes, internal: internal || untold });
    if (type === 'CREATED') this.begin();
  }

  /** What was told until now is of the first write, which versions begin with. */
  begin(): void {
    this.touched = this.events.length;
  }

  /** Ends a write, all of whose events were told: customers see it when they see one of them. */
  touch(): void {
    this.version++;
    this.updatedBefore.staff = this.times.updatedAt ?? '';
    this.times.updatedAt = undefined;
    const isSeenByCustomers = this.events.slice(this.touched).some(isSeen(false));
    this.touched = this.events.length;
    if (!isSeenByCustomers) return;
    this.publicVersion++;
    this.updatedBefore.customers = this.times.publicUpdatedAt ?? '';
    this.times.publicUpdatedAt = undefined;
  }

  versionFor(isStaff: boolean): number {
    return isStaff ? this.version : this.publicVersion;
  }

  get isShownToCustomers(): boolean {
    return !this.internal || this.comments.some(isSeen(false));
  }

  /** Sets fields, and says which of them differ. */
  set(wanted: Partial<Fields>): Changes {
    const changes: Record<string, { from: unknown; to: unknown }> = {};
    for (const [name, to] of Object.entries(wanted)) {
      const from = this.fields[name as keyof Fields];
      if (same(from, to)) continue;
      changes[name] = { from, to };
      if (name === 'status') this.stamp(to as Status);
    }
    Object.assign(this.fields, wanted);
    this.learnWords();
    return changes;
  }

  /** Takes fields away, also of what the events tell. Says whether there was something to take. */
  blank(fields: readonly ('title' | 'description')[], actorId: string): boolean {
    if (fields.length === 0) return false;
    const blanked = (value: unknown) => (typeof value === 'string' ? '' : value);
    for (const field of fields) {
      for (const event of this.events) {
        const { [field]: change, ...others } = event.changes;
        if (change === undefined) continue;
        event.changes = { ...others, [field]: { from: blanked(change.from), to: blanked(change.to) } };
      }
      this.fields[field] = '';
    }
    this.write('REDACTED', actorId, {}, { redacted: { from: [], to: fields } });
    return true;
  }

  add(comment: CommentModel, responds: boolean): void {
    this.place([...this.comments, comment]);
    if (responds && this.times.firstRespondedAt === null) this.times.firstRespondedAt = comment.createdAt;
  }

  /** Takes these comments as its own, in the order of their writing. */
  place(comments: readonly CommentModel[]): void {
    this.comments = [...comments].sort((one, other) => one.place - other.place);
  }

  /** The first reply that is there: in public, by somebody of the staff who did not ask, not before the ticket was opened. */
  respondedIn(
    { personBy }: { readonly personBy: (id: string) => { readonly role: string } | undefined },
    askedBy = this.fields.authorId,
  ): void {
    const { createdAt: opened = '' } = this.times;
    const replies = this.comments.filter(
      ({ visibility, authorId, createdAt, openingOf }) =>
        visibility === 'PUBLIC' &&
        openingOf === undefined &&
        authorId !== askedBy &&
        personBy(authorId)?.role !== 'CUSTOMER' &&
        createdAt >= opened,
    );
    this.times.firstRespondedAt = replies.map(({ createdAt }) => createdAt).sort()[0] ?? null;
  }

  /** What a viewer must be shown, where `person` says how users are shown. */
  shown(isStaff: boolean, person: (id: string) => object): object {
    const { authorId, assignedToId, priority, tags, ...fields } = this.fields;
    return {
      ...fields,
      ...(isStaff && { priority, tags, internal: this.internal }),
      organizationId: this.organizationId,
      id: this.id,
      number: this.number,
      authorId,
      author: person(authorId),
      submittedById: this.submittedById,
      assignedToId,
      assignedTo: assignedToId === null ? null : person(assignedToId),
      commentCount: this.comments.filter(isSeen(isStaff)).length,
      version: this.versionFor(isStaff),
      reopenCount: this.reopenCount,
      ...this.expectedTimes(isStaff),
    };
  }

  /** Learns the times of an answer that is as it must be. */
  learn(isStaff: boolean, { createdAt, updatedAt, firstRespondedAt, resolvedAt, closedAt }: any): void {
    expect(updatedAt >= this.updatedBefore[isStaff ? 'staff' : 'customers']).toBe(true);
    const moved = isStaff ? { updatedAt } : { publicUpdatedAt: updatedAt };
    Object.assign(this.times, { createdAt, ...moved, firstRespondedAt, resolvedAt, closedAt });
  }

  private expectedTimes(isStaff: boolean): object {
    const { createdAt, updatedAt, publicUpdatedAt, firstRespondedAt, resolvedAt, closedAt } = this.times;
    return {
      createdAt: orAny(createdAt),
      updatedAt: orAny(isStaff ? updatedAt : publicUpdatedAt),
      firstRespondedAt: orAny(firstRespondedAt),
      resolvedAt: orAny(resolvedAt),
      closedAt: orAny(closedAt),
    };
  }

  /** A closed ticket keeps the time at which it was resolved. */
  private stamp(status: Status): void {
    const { resolvedAt } = this.times;
    this.times.resolvedAt = status === 'CLOSED' ? (resolvedAt ?? undefined) : status === 'RESOLVED' ? undefined : null;
    this.times.closedAt = status === 'CLOSED' ? undefined : null;
  }

  private learnWords(): void {
    for (const word of wordsOf([this.fields.title, this.fields.description])) this.words.add(word);
  }
}

const orAny = (time: string | null | undefined) => (time === undefined ? expect.any(String) : time);

export const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The words of the model's own making in an answer: no other text is like them. */
export const wordsOf = (answer: unknown) => new Set(JSON.stringify(answer ?? null).match(/wq\d+q\d+z/g) ?? []);
