import { SessionStore } from '@helpdeskly/auth';
import { TenantContext } from '@helpdeskly/tenancy';
import type { PrismaClient, UserRole } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import { mustSetUpMfa } from './mfa-demand.js';
import { SessionStateMetrics } from './session-state-metrics.js';

/** What a session lets its user do now. */
export interface SessionState {
  readonly userId: string;
  readonly name: string;
  readonly role: UserRole;
  /** The helpdesk demands a second factor of this user, who has none. */
  readonly mustSetUpMfa: boolean;
}

type Reader = Pick<PrismaClient, '$queryRawUnsafe'>;

/** When a state was asked for: on the clock in milliseconds, and among the changes made by this process. */
interface Moment {
  readonly at: number;
  readonly turn: number;
}

interface Known extends Moment {
  readonly state: SessionState | undefined;
}

interface Reading extends Moment {
  readonly state: Promise<SessionState | undefined>;
}

const freshMs = 500;

/**
 * Sessions as they are, remembered for half a second: so long may a change made by another process take to be seen here.
 * Changes made by this one are seen at once.
 */
@Injectable()
export class SessionStates {
  private readonly known = new LRUCache<string, Known>({ max: 20_000 });
  private readonly readings = new Map<string, Reading>();
  /** By tenant: the turn of its last change. It matters for as long as what was read before it is fresh. */
  private readonly changes = new LRUCache<string, number>({ max: 10_000 });
  private readonly metrics = new SessionStateMetrics();
  private readonly listeners: ((tenantId: string) => void)[] = [];
  private turn = 0;

  constructor(private readonly context: TenantContext) {}

  /** A session's state as it was half a second ago at most; null when it has ended, undefined when it must be read. */
  peek(tenantId: string, sessionId: string): SessionState | null | undefined {
    const known = this.known.get(keyOf(tenantId, sessionId));
    if (known === undefined || !this.isFresh(tenantId, known)) return undefined;
    this.metrics.hits++;
    return known.state ?? null;
  }

  /** Who asks while a state is being read shares that reading. */
  async read(prisma: Reader, tenantId: string, sessionId: string): Promise<SessionState | undefined> {
    this.metrics.misses++;
    const key = keyOf(tenantId, sessionId);
    const running = this.readings.get(key);
    if (running !== undefined && this.isFresh(tenantId, running)) return running.state;
    const reading = { at: performance.now(), turn: ++this.turn, state: query(prisma, sessionId) };
    this.readings.set(key, reading);
    try {
      const state = await reading.state;
      this.known.set(key, { at: reading.at, turn: reading.turn, state });
      return state;
    } finally {
      if (this.readings.get(key) === reading) this.readings.delete(key);
    }
  }

  /** Users or sessions of the current tenant were changed here, and the change is committed. */
  forget(): void {
    const { id } = this.context.current.tenant;
    this.changes.set(id, ++this.turn);
    for (const listener of this.listeners) listener(id);
  }

  /** Calls back with the tenant each time that its users or sessions were changed here. `listener` must not throw. */
  onChange(listener: (tenantId: string) => void): void {
    this.listeners.push(listener);
  }

  register(registry: Registry): void {
    this.metrics.register(registry, () => this.known.size);
  }

  private isFresh(tenantId: string, { at, turn }: Moment): boolean {
    return performance.now() - at < freshMs && turn > (this.changes.get(tenantId) ?? 0);
  }
}

const keyOf = (tenantId: string, sessionId: string) => `${tenantId}/${sessionId}`;

async function query(prisma: Reader, sessionId: string): Promise<SessionState | undefined> {
  const [state] = await prisma.$queryRawUnsafe<SessionState[]>(
    `SELECT u."id"::text AS "userId", u."name", u."role"::text AS "role",
            ${mustSetUpMfa} AS "mustSetUpMfa"
       FROM "Session" s JOIN "User" u ON u."id" = s."userId"
      WHERE s."id" = $1::uuid AND u."status" = 'ACTIVE' AND ${SessionStore.liveCondition}`,
    sessionId,
  );
  return state;
}
