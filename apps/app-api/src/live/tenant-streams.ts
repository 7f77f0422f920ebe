import { describeFailure } from '@helpdeskly/database';
import { toBlock } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Logger } from '@nestjs/common';
import type { FeedCursors } from '../feed/feed-cursors.js';
import { lastPosition, lostPositions, placeEvents } from '../feed/feed.queries.js';
import { readLive, seersOf, standingSessions, type LiveRow } from './live.queries.js';
import type { LiveStream } from './live-stream.js';
import type { LiveTenants, TenantName } from './live-tenants.js';
import { changeFor, isForCustomers, nameOf } from './stream-events.js';

const pageRows = 200;
/** What sessions let their users do is not older than this when an event is sent. */
const freshMs = 500;
/** A comment every 15 s at least: clients and proxies hang up on silence. */
const commentMs = 12_000;
const shortestPauseMs = 250;
const longestPauseMs = 5000;

const nobody: ReadonlySet<LiveStream> = new Set();
const staff = { id: '', role: 'ADMIN' };
const customer = { id: '', role: 'CUSTOMER' };

/**
 * The streams of one tenant in this process. Those at the end of the feed hear of an event together, by one read; those that come
 * back catch up first, as fast as they take it. A connection to the tenant's database is held while something is read, and not
 * between.
 */
export class TenantStreams {
  private readonly log = new Logger('TenantStreams');
  /** All of which stand at `position`. */
  private readonly current = new Set<LiveStream>();
  /** Those that catch up, or wait to hear where "now" is. */
  private readonly behind = new Set<LiveStream>();
  /** Those whose cursors were not looked at yet. */
  private readonly unproved = new Set<LiveStream>();
  /** The last event that was read; undefined before the first read. */
  private position: bigint | undefined;
  private checkedAt = Number.NEGATIVE_INFINITY;
  /** Counts changes of users and sessions: what was asked before one says nothing of it. */
  private changes = 0;
  private commentedAt = performance.now();
  private wanted = false;
  private running = false;
  private pause: NodeJS.Timeout | undefined;
  private failures = 0;
  private over = false;
  /** When the feed was read last, to the end. */
  readAt = performance.now();

  constructor(
    readonly tenant: TenantName,
    private readonly tenants: LiveTenants,
    private readonly cursors: FeedCursors,
  ) {}

  get size(): number {
    return this.current.size + this.behind.size;
  }

  *[Symbol.iterator](): Generator<LiveStream> {
    yield* this.current;
    yield* this.behind;
  }

  add(stream: LiveStream): void {
    this.behind.add(stream);
    if (stream.position !== undefined) this.unproved.add(stream);
    stream.onDrain(() => this.behind.has(stream) && this.kick());
    this.kick();
  }

  remove(stream: LiveStream): void {
    this.current.delete(stream);
    this.behind.delete(stream);
    this.unproved.delete(stream);
  }

  /** Reads what there is to read, soon. */
  kick(): void {
    this.wanted = true;
    if (this.running || this.pause !== undefined) return;
    this.running = true;
    void this.run().finally(() => {
      this.running = false;
      if (this.wanted && this.size > 0 && this.pause === undefined) this.kick();
    });
  }

  /** Users or sessions were changed. */
  reconsider(): void {
    this.checkedAt = Number.NEGATIVE_INFINITY;
    this.changes++;
    this.kick();
  }

  /** To be called every second or so: what hangs on the clock. */
  tick(now: number): void {
    for (const stream of [...this]) {
      stream.look(now);
      if (stream.endsAt === undefined || stream.endsAt <= Date.now()) this.reconsider();
    }
    if (now - this.commentedAt > commentMs) this.comment();
  }

  /** Sends a comment, and where the stream goes on from here: the cursor of one on which nothing happens would grow old. */
  private comment(): void {
    this.commentedAt = performance.now();
    const block = toBlock({ comment: 'here' });
    for (const stream of this.behind) stream.send(block);
    if (this.position === undefined) return;
    const id = this.cursors.seal(this.tenant.id, { position: String(this.position), at: Date.now() });
    const blockWithId = toBlock({ comment: 'here', id });
    for (const stream of this.current) {
      stream.cursor = id;
      stream.send(blockWithId);
    }
  }

  /** Sends some of them what is not in the feed: with the cursor that each of them has, since nothing goes on behind it. */
  tell(event: string, data: unknown, isMeant: (stream: LiveStream) => boolean): void {
    for (const stream of [...this]) {
      if (!isMeant(stream)) continue;
      stream.send(toBlock({ ...(stream.cursor !== '' && { id: stream.cursor }), event, data }));
    }
  }

  endAll(ending: Parameters<LiveStream['end']>[0], farewell?: string): void {
    this.over = true;
    clearTimeout(this.pause);
    for (const stream of [...this]) stream.end(ending, farewell);
  }

  private async run(): Promise<void> {
    try {
      while (this.wanted && this.size > 0 && !this.over) {
        this.wanted = false;
        if ((await this.tenants.run(this.tenant, (db) => this.read(db))) === undefined) return this.endAll('tenant');
      }
      this.failures = 0;
    } catch (error) {
      this.comeBack(error);
    }
  }

  /** A database that is away, or has no connection to spare, is asked again. */
  private comeBack(error: unknown): void {
    if (this.failures === 0)
      this.log.warn({ msg: `Streams wait for their database: ${describeFailure(error)}`, tenantId: this.tenant.id });
    const pauseMs = Math.min(shortestPauseMs * 2 ** this.failures++, longestPauseMs) * (0.75 + Math.random() / 2);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      if (!this.over) this.kick();
    }, pauseMs).unref();
  }

  private async read(db: TenantPrisma): Promise<void> {
    await this.check(db);
    const present = new Set(this.behind);
    const atEnd = await this.advance(db);
    if (!atEnd) this.wanted = true;
    if (await this.catchUp(db, atEnd ? present : nobody)) this.wanted = true;
  }

  /** Ends the streams of sessions that ended, and lets the others see what their users may see by now. */
  private async check(db: TenantPrisma): Promise<void> {
    const { changes } = this;
    const now = performance.now();
    if (now - this.checkedAt < freshMs) return;
    const streams = [...this];
    const standing = await standingSessions(db, [...new Set(streams.map(({ sessionId }) => sessionId))]);
    for (const stream of streams) {
      const session = standing.get(stream.sessionId);
      if (session === undefined || session.userId !== stream.userId) stream.end('session');
      else [stream.role, stream.endsAt] = [session.role, session.endsAt];
    }
    if (changes === this.changes) this.checkedAt = now;
  }

  /** Reads one page of what was committed since, for all who stand at the end; answers whether that was all. */
  private async advance(db: TenantPrisma): Promise<boolean> {
    const readAt = performance.now();
    const placed = await placeEvents(db);
    if (this.position === undefined) {
      if (placed > 0) return false; // "Now" is behind all that is there.
      this.position = BigInt(await lastPosition(db));
    }
    const rows = await readLive(db, this.position, pageRows);
    await this.deliver(db, rows, () => this.current);
    const last = rows.at(-1);
    if (last !== undefined) this.position = BigInt(last.position);
    if (rows.length === pageRows) return false;
    this.readAt = readAt;
    for (const stream of [...this.behind]) if (stream.position === undefined) this.join(stream);
    return true;
  }

  /**
   * Lets those that are behind come a page nearer, the farthest first; answers whether any of them can go on at once. `present`:
   * those that were there before the feed was read to its end.
   */
  private async catchUp(db: TenantPrisma, present: ReadonlySet<LiveStream>): Promise<boolean> {
    const end = this.position;
    if (end === undefined) return false;
    const isBeyond = ({ position }: LiveStream) => position !== undefined && position > end;
    const ready = [...this.behind].filter((stream) => stream.position !== undefined && stream.ready);
    // A database that was put back to a former state has not come as far. For the others, this process is late.
    for (const stream of ready.filter(isBeyond)) if (present.has(stream)) this.begin(stream);
    await this.prove(db, end);
    const going = ready.filter(({ position }) => position !== undefined && position <= end);
    const from = going.reduce((least, { position = end }) => (position < least ? position : least), end);
    const rows = from === end ? [] : await readLive(db, from, pageRows, end);
    const reached = rows.length < pageRows ? end : BigInt(rows.at(-1)?.position ?? end);
    await this.deliver(db, rows, (at) => going.filter(({ position = end }) => position < at));
    for (const stream of going) {
      if ((stream.position ?? end) < reached) stream.position = reached;
      if (stream.position === this.position && this.behind.has(stream)) this.join(stream);
    }
    return [...this.behind].some((stream) => stream.ready);
  }

  /** From now on it hears with the others. */
  private join(stream: LiveStream): void {
    if (stream.ended || this.position === undefined) return;
    this.behind.delete(stream);
    this.current.add(stream);
    const isNew = stream.position === undefined;
    stream.position = this.position;
    if (!isNew) return;
    stream.cursor = this.cursors.seal(this.tenant.id, { position: String(this.position), at: Date.now() });
    stream.send(toBlock({ id: stream.cursor, ...(stream.reset && { event: 'reset', data: {} }) }));
  }

  /** A database that was put back to a former state has gone another way since: some cursors are of what is not there any more. */
  private async prove(db: TenantPrisma, end: bigint): Promise<void> {
    const asked = [...this.unproved].filter(({ position }) => position !== undefined && position <= end);
    if (asked.length === 0) return;
    const lost = await lostPositions(db, [...new Set(asked.map(({ position }) => String(position)))]);
    for (const stream of asked) {
      this.unproved.delete(stream);
      if (lost.has(String(stream.position))) this.begin(stream);
    }
  }

  /** What it has seen is not the past of what is there: it begins anew. */
  private begin(stream: LiveStream): void {
    stream.reset = true;
    stream.position = undefined;
    this.wanted = true;
  }

  /** Sends each event that was not imported to those who may see it. `to` is asked when all is known: nobody is left out who came meanwhile. */
  private async deliver(
    db: TenantPrisma,
    all: readonly LiveRow[],
    to: (position: bigint) => Iterable<LiveStream>,
  ): Promise<void> {
    const rows = all.filter(({ imported }) => !imported);
    if (rows.length === 0) return;
    const shown = rows.filter(isForCustomers).map(({ ticketId }) => ticketId);
    const customers = [...this].filter((stream) => !stream.isOfStaff);
    const noSeers: ReadonlyMap<string, ReadonlySet<string>> = new Map();
    const seers =
      shown.length === 0 || customers.length === 0
        ? noSeers
        : await seersOf(db, [...new Set(shown)], [...new Set(customers.map(({ userId }) => userId))]);
    for (const row of rows) this.send(row, seers.get(row.ticketId), to(BigInt(row.position)));
  }

  private send(row: LiveRow, seers: ReadonlySet<string> | undefined, streams: Iterable<LiveStream>): void {
    const id = this.cursors.seal(this.tenant.id, { position: row.position, at: Date.parse(row.createdAt) });
    const event = nameOf(row);
    let [forStaff, forCustomers]: (string | undefined)[] = [];
    for (const stream of streams) {
      const { isOfStaff } = stream;
      if (!isOfStaff && !(isForCustomers(row) && seers?.has(stream.userId) === true)) continue;
      stream.cursor = id;
      if (isOfStaff) stream.send((forStaff ??= toBlock({ id, event, data: changeFor(staff, row) })));
      else stream.send((forCustomers ??= toBlock({ id, event, data: changeFor(customer, row) })));
    }
  }
}
