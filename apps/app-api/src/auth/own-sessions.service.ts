import { SessionStore } from '@helpdeskly/auth';
import { NotFound } from '@helpdeskly/errors';
import {
  Cursors,
  isUuid,
  pageOfOwnSessions,
  type Actor,
  type OwnSessionDto,
  type Page,
  type PageQuery,
} from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { Sessions } from './sessions.service.js';

/** The sessions of a user, as that user sees and ends them. */
@Injectable()
export class OwnSessions {
  private readonly store = new SessionStore('tenant');

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly sessions: Sessions,
    private readonly cursors: Cursors,
  ) {}

  /** Those that live, newest first. Throws InvalidCursor. */
  list({ id: userId, sessionId }: Actor, query: PageQuery): Promise<Page<OwnSessionDto>> {
    const own = { scope: [this.context.current.tenant.id, userId], currentId: sessionId };
    const { client } = this.db;
    return pageOfOwnSessions(this.cursors, query, own, {
      list: (limit, after) => this.store.list(client, userId, limit, after),
      count: () => this.store.count(client, userId),
    });
  }

  /** Throws NotFound for a session that does not live or is somebody else's. */
  async end({ id: userId, sessionId: from }: Actor, sessionId: string): Promise<void> {
    const ended = isUuid(sessionId) && (await this.sessions.end(sessionId, userId, from));
    if (!ended) throw new NotFound('session');
  }
}
