import type { PresenceState, SaidPresence } from '../hints/hint.js';

/** Milliseconds after which nobody looks at a ticket who has not said so again. */
export const presentMs = 30_000;

interface Present extends SaidPresence {
  readonly state: PresenceState;
  readonly until: number;
}

/** Somebody who looks at a ticket, in whichever of their windows. */
export interface PresentUser {
  readonly userId: string;
  readonly state: PresenceState;
}

/** What has become of a user on a ticket. */
export interface PresenceChange {
  readonly tenantId: string;
  readonly ticketId: string;
  readonly number: number;
  readonly userId: string;
  readonly state: PresenceState | null;
}

/** Who looks at which ticket, by sessions: a browser's windows share one. Times are milliseconds of any clock. */
export class PresenceBook {
  private readonly tenants = new Map<string, Map<string, Present>>();

  /** Answers what changed for the user, if anything did. */
  note(tenantId: string, said: SaidPresence, now: number): PresenceChange | undefined {
    const { ticketId, number, userId, sessionId, state } = said;
    const before = this.stateOf(tenantId, said, now);
    const all = this.tenants.get(tenantId) ?? new Map<string, Present>();
    if (state === null) all.delete(`${ticketId}/${sessionId}`);
    else all.set(`${ticketId}/${sessionId}`, { ...said, state, until: now + presentMs });
    if (all.size === 0) this.tenants.delete(tenantId);
    else this.tenants.set(tenantId, all);
    const after = this.stateOf(tenantId, said, now);
    return before === after ? undefined : { tenantId, ticketId, number, userId, state: after };
  }

  /** The sessions that look at something in a tenant. */
  sessionsIn(tenantId: string): readonly string[] {
    return [...new Set([...(this.tenants.get(tenantId)?.values() ?? [])].map(({ sessionId }) => sessionId))];
  }

  /** What a session looks at. */
  ofSession(tenantId: string, sessionId: string): readonly SaidPresence[] {
    return [...(this.tenants.get(tenantId)?.values() ?? [])].filter((present) => present.sessionId === sessionId);
  }

  /** Each user once; whoever replies in one window and looks in another one replies. */
  of(tenantId: string, ticketId: string, now: number): readonly PresentUser[] {
    const states = new Map<string, PresenceState>();
    for (const present of this.tenants.get(tenantId)?.values() ?? []) {
      if (present.ticketId !== ticketId || present.until <= now) continue;
      if (states.get(present.userId) !== 'REPLYING') states.set(present.userId, present.state);
    }
    return [...states].map(([userId, state]) => ({ userId, state }));
  }

  /** Forgets those who have not said anything for too long, and answers what changed. */
  expire(now: number): readonly PresenceChange[] {
    const changes: PresenceChange[] = [];
    for (const [tenantId, all] of this.tenants) {
      for (const [key, present] of all) {
        if (present.until > now) continue;
        all.delete(key);
        const state = this.stateOf(tenantId, present, now);
        const { ticketId, number, userId } = present;
        if (state !== present.state) changes.push({ tenantId, ticketId, number, userId, state });
      }
      if (all.size === 0) this.tenants.delete(tenantId);
    }
    return changes;
  }

  private stateOf(
    tenantId: string,
    { ticketId, userId }: Pick<SaidPresence, 'ticketId' | 'userId'>,
    now: number,
  ): PresenceState | null {
    return this.of(tenantId, ticketId, now).find((present) => present.userId === userId)?.state ?? null;
  }
}
