import { SessionStore } from '@helpdeskly/auth';
import { NotFound } from '@helpdeskly/errors';
import {
  Cursors,
  isUuid,
  viewOwnSession,
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
  async list({ id: userId, sessionId }: Actor, query: PageQuery): Promise<Page<OwnSessionDto>> {
    const scope = [this.context.current.tenant.id, 'auth/sessions', userId];
    const request = this.cursors.request(query, scope);
    const { client } = this.db;
    const rows = await this.store.list(client, userId, request.limit + 1, request.after?.map(String)[0]);
    const total = request.total ? await this.store.count(client, userId) : undefined;
    return this.cursors.page(
      rows,
      request,
      scope,
      ({ id }) => [id],
      (row) => viewOwnSession(row, sessionId),
      total,
    );
  }

  /** Throws NotFound for a session that does not live or is somebody else's. */
  async end({ id: userId }: Actor, sessionId: string): Promise<void> {
    const ended = isUuid(sessionId) && (await this.sessions.end(sessionId, userId));
    if (!ended) throw new NotFound('session');
  }
}
