import { SessionStore } from '@helpdeskly/auth';
import { TenantContext } from '@helpdeskly/tenancy';
import type { TenantClient, UserRole } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { mustSetUpMfa } from './mfa-demand.js';
import { RecentStates } from './recent-states.js';

/** What a session lets its user do now. */
export interface SessionState {
  readonly userId: string;
  readonly name: string;
  readonly role: UserRole;
  /** The helpdesk demands a second factor of this user, who has none. */
  readonly mustSetUpMfa: boolean;
}

type Reader = Pick<TenantClient, 'select'>;

/** Sessions as they are; see RecentStates. */
@Injectable()
export class SessionStates {
  private readonly recent = new RecentStates<SessionState>();
  private readonly listeners: ((tenantId: string) => void)[] = [];

  constructor(private readonly context: TenantContext) {}

  /** See RecentStates.peek: null when the session has ended. */
  peek(tenantId: string, sessionId: string): SessionState | null | undefined {
    return this.recent.peek(tenantId, sessionId);
  }

  read(reader: Reader, tenantId: string, sessionId: string): Promise<SessionState | undefined> {
    return this.recent.read(tenantId, sessionId, () => query(reader, sessionId));
  }

  /** Users, sessions or API keys of the current tenant were changed here, and the change is committed. */
  forget(): void {
    const { id } = this.context.current.tenant;
    this.recent.forget(id);
    for (const listener of this.listeners) listener(id);
  }

  /** Calls back with the tenant each time that its users, sessions or API keys were changed here. `listener` must not throw. */
  onChange(listener: (tenantId: string) => void): void {
    this.listeners.push(listener);
  }

  register(registry: Registry): void {
    this.recent.metrics.register(registry, () => this.recent.size);
  }
}

async function query(reader: Reader, sessionId: string): Promise<SessionState | undefined> {
  const [state] = await reader.select<SessionState>(
    `SELECT u."id"::text AS "userId", u."name", u."role"::text AS "role",
            ${mustSetUpMfa} AS "mustSetUpMfa"
       FROM "Session" s JOIN "User" u ON u."id" = s."userId"
      WHERE s."id" = $1::uuid AND u."status" = 'ACTIVE' AND ${SessionStore.liveCondition}`,
    [sessionId],
  );
  return state;
}
