import { type AccessClaims, AccessTokens } from '@helpdeskly/auth';
import type { CatalogTenant } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import { type Actor, type Authenticator, isUuid } from '@helpdeskly/http';
import { TenantClientFactory } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeyAuthenticator, apiKeyPrefix } from './api-key-authenticator.js';
import { type SessionState, SessionStates } from './session-states.js';

/** Knows a tenant's users by their access tokens, and by what their sessions and accounts are now; programs by their API keys. */
@Injectable()
export class TenantAuthenticator implements Authenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionStates,
    private readonly clients: TenantClientFactory,
    private readonly keys: ApiKeyAuthenticator,
  ) {}

  authenticate({ tenant, headers }: FastifyRequest): Actor | Promise<Actor> {
    if (tenant === undefined) throw new TokenInvalid(); // No tenant was found for this route: nobody is let in.
    const token = bearerOf(headers.authorization);
    if (token.startsWith(`${apiKeyPrefix}_`)) return this.keys.authenticate(token, tenant);
    const claims = this.tokens.peek(token, tenant.id);
    if (claims !== undefined) {
      const state = this.sessions.peek(tenant.id, claims.sid);
      if (state !== undefined) return actorOf(claims, state ?? undefined);
    }
    return this.look(token, tenant);
  }

  private async look(token: string, tenant: CatalogTenant): Promise<Actor> {
    const claims = await this.tokens.verify(token, tenant.id);
    if (!isUuid(claims.sid)) throw new TokenInvalid();
    const known = this.sessions.peek(tenant.id, claims.sid);
    if (known !== undefined) return actorOf(claims, known ?? undefined);
    const lease = await this.clients.acquire(tenant);
    try {
      return actorOf(claims, await this.sessions.read(lease.client, tenant.id, claims.sid));
    } finally {
      lease.release();
    }
  }
}

function actorOf({ sub, sid }: AccessClaims, state: SessionState | undefined): Actor {
  if (state === undefined || state.userId !== sub) throw new TokenInvalid();
  const { role, name, mustSetUpMfa } = state;
  return { kind: 'USER', id: sub, role, name, sessionId: sid, mustSetUpMfa };
}

/** RFC 6750: `Bearer`, in any case, and one token. */
function bearerOf(header: string | undefined): string {
  const [, token] = /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header ?? '') ?? [];
  if (token === undefined) throw new TokenInvalid();
  return token;
}
