import { SessionStore } from '@helpdeskly/auth';
import type { PrismaClient, UserRole } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** What a session lets its user do now. */
export interface SessionState {
  readonly userId: string;
  readonly name: string;
  readonly role: UserRole;
}

interface Entry {
  readonly state: SessionState | undefined;
  readonly readAt: number;
}

const freshMs = 500;

/**
 * Sessions as they are, remembered for half a second: so long may a change made by another process take to be seen here.
 * Changes made by this one are forgotten at once.
 */
@Injectable()
export class SessionStates {
  private readonly entries = new LRUCache<string, Entry>({ max: 20_000 });
  private readonly reads = new Map<string, Promise<SessionState | undefined>>();
  private epoch = 0;

  /** A session's state as it was half a second ago at most; null when it has ended, undefined when it must be read. */
  peek(tenantId: string, sessionId: string): SessionState | null | undefined {
    const entry = this.entries.get(`${tenantId}/${sessionId}`);
    if (entry === undefined || Date.now() - entry.readAt > freshMs) return undefined;
    return entry.state ?? null;
  }

  async read(prisma: PrismaClient, tenantId: string, sessionId: string): Promise<SessionState | undefined> {
    const key = `${tenantId}/${sessionId}`;
    const running = this.reads.get(key);
    if (running !== undefined) return running;
    const read = this.query(prisma, key, sessionId);
    this.reads.set(key, read);
    try {
      return await read;
    } finally {
      if (this.reads.get(key) === read) this.reads.delete(key);
    }
  }

  /** Something about this tenant's users or sessions changed here. */
  forget(tenantId: string): void {
    this.epoch++;
    this.reads.clear();
    for (const key of [...this.entries.keys()]) if (key.startsWith(tenantId)) this.entries.delete(key);
  }

  private async query(prisma: PrismaClient, key: string, sessionId: string): Promise<SessionState | undefined> {
    const { epoch } = this;
    const readAt = Date.now();
    const rows = await prisma.$queryRawUnsafe<SessionState[]>(
      `SELECT u."id"::text AS "userId", u."name", u."role"::text AS "role"
         FROM "Session" s JOIN "User" u ON u."id" = s."userId"
        WHERE s."id" = $1::uuid AND u."status" = 'ACTIVE' AND ${SessionStore.liveCondition}`,
      sessionId,
    );
    if (epoch === this.epoch) this.entries.set(key, { state: rows[0], readAt });
    return rows[0];
  }
}
