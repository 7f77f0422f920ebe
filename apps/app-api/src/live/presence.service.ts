import type { Actor } from '@helpdeskly/http';
import { Periodic } from '@helpdeskly/queue';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { PresenceState } from '../hints/hint.js';
import { Hints } from '../hints/hints.js';
import { findTicketNumber, findVisibleTicket } from '../ticket-core/find-ticket.js';
import { somebody } from '../ticket-core/person.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { PresenceBook, type PresenceChange } from './presence-book.js';
import type { PresencesDto } from './presence.dto.js';
import { StreamHub } from './stream-hub.js';

const tickMs = 1000;

/** Who looks at which ticket: in the memory of every process, and in no database. */
@Injectable()
export class Presences implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly book = new PresenceBook();
  private readonly ticks = new Periodic(tickMs, () => this.expire(performance.now()), new Logger('Presences'));

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly hints: Hints,
    private readonly hub: StreamHub,
  ) {
    hints.listen((hint) => {
      if (hint.kind !== 'presence') return;
      const { tenantId, presence } = hint;
      const before = this.book.ofSession(tenantId, presence.sessionId);
      const change = this.book.note(tenantId, presence, performance.now());
      if (change !== undefined) this.show(change);
      // Another process lost the last stream that it had of this session, which has one here.
      const held = before.find(({ ticketId }) => ticketId === presence.ticketId);
      if (presence.state === null && held !== undefined && this.hasStream(tenantId, presence.sessionId))
        this.hints.tell({ tenantId, kind: 'presence', presence: held });
    });
    hub.onEnd((tenantId, { sessionId }, ending) => {
      // One that a shutdown ended comes back at once.
      if (ending !== 'shutdown') this.leave(tenantId, sessionId);
    });
  }

  onApplicationBootstrap(): void {
    this.ticks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticks.stop();
  }

  /** `name` is the ticket's id or number. Throws NotFound. */
  async list(actor: Actor, name: string): Promise<PresencesDto> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const present = this.book.of(this.context.current.tenant.id, ticketId, performance.now());
    const users = await this.db.client.user.findMany({
      where: { id: { in: present.map(({ userId }) => userId) } },
      select: { id: true, name: true, email: true, role: true },
      orderBy: { id: 'asc' },
    });
    const states = new Map(present.map(({ userId, state }) => [userId, state]));
    const data = users.flatMap(({ id, name: called, email, role }) => {
      const state = states.get(id);
      return state === undefined ? [] : [{ state, user: somebody(id, called, email, role) }];
    });
    return { data };
  }

  /** Holds for 30 seconds. Throws NotFound. */
  async enter(actor: Actor, name: string, state: PresenceState): Promise<void> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const number = (await findTicketNumber(this.db.client, ticketId, actor)) ?? 0;
    const { id: userId, sessionId = '' } = actor;
    const tenantId = this.context.current.tenant.id;
    this.hints.tell({ tenantId, kind: 'presence', presence: { ticketId, number, userId, sessionId, state } });
  }

  /** The sessions that this process knows to look at something in a tenant. */
  sessionsIn(tenantId: string): readonly string[] {
    return this.book.sessionsIn(tenantId);
  }

  /** Forgets a session here, and tells the streams of this process. */
  end(tenantId: string, sessionId: string): void {
    for (const present of this.book.ofSession(tenantId, sessionId)) {
      const change = this.book.note(tenantId, { ...present, state: null }, performance.now());
      if (change !== undefined) this.show(change);
    }
  }

  /** A session has no stream here any more. */
  private leave(tenantId: string, sessionId: string): void {
    if (this.hasStream(tenantId, sessionId)) return;
    for (const { ticketId, number, userId } of this.book.ofSession(tenantId, sessionId))
      this.hints.tell({
        tenantId,
        kind: 'presence',
        presence: { ticketId, number, userId, sessionId, state: null },
      });
  }

  /** Forgets those who have not said anything for 30 seconds, and tells the streams of this process. */
  expire(now: number): Promise<void> {
    for (const change of this.book.expire(now)) this.show(change);
    return Promise.resolve();
  }

  private hasStream(tenantId: string, sessionId: string): boolean {
    return [...(this.hub.of(tenantId) ?? [])].some((stream) => stream.sessionId === sessionId);
  }

  private show({ tenantId, ticketId, number, userId, state }: PresenceChange): void {
    const at = new Date().toISOString();
    const data = { ticketId, number, actorId: userId, state, at };
    this.hub.of(tenantId)?.tell('presence', data, ({ isOfStaff }) => isOfStaff);
  }
}
