import { hasChecksum } from '@helpdeskly/auth';
import type { CatalogTenant } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantClientFactory } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { ApiKeyChecksums } from './api-key-checksums.js';
import { type ApiKeyState, ApiKeyStates } from './api-key-states.js';

/** The prefix that distinguishes a tenant's API key from an access token. */
export const apiKeyPrefix = 'hdt';

/** Knows programs by their API keys. */
@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly checksums: ApiKeyChecksums,
    private readonly states: ApiKeyStates,
    private readonly clients: TenantClientFactory,
  ) {}

  /** A key that this tenant was never given is refused by its checksum, without a query. Throws TokenInvalid. */
  async authenticate(key: string, tenant: CatalogTenant): Promise<Actor> {
    if (!hasChecksum(key, await this.checksums.keyOf(tenant.id))) throw new TokenInvalid();
    const known = this.states.peek(tenant.id, key);
    if (known !== undefined) return actorOf(known);
    const lease = await this.clients.acquire(tenant);
    try {
      return actorOf(await this.states.read(lease.client.prisma, tenant.id, key));
    } finally {
      lease.release();
    }
  }
}

function actorOf(state: ApiKeyState | null | undefined): Actor {
  if (state === null || state === undefined) throw new TokenInvalid();
  const { id: sessionId, userId: id, role, name, scopes } = state;
  return { kind: 'API_KEY', id, role, name, sessionId, scopes };
}
