import { createOneTimeToken } from '@helpdeskly/auth';
import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { isConnectionFailure } from '@helpdeskly/database';
import { NotFound } from '@helpdeskly/errors';
import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { controlConfig } from '../configuration/tokens.js';
import { TenantDatabaseUnavailable, TenantNotReady } from './errors.js';
import { lockTenant } from './tenant-finder.js';
import { tenantUrl } from './tenant-view.js';
import type { AdminInvitationDto } from './tenants.dto.js';

const queryTimeoutMs = 5000;

interface Invited {
  readonly email: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** One-time tokens with which a tenant's admin sets a password: the first one, or one that replaces a forgotten one. */
@Injectable()
export class AdminInvitations {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /**
   * Invites the tenant's first admin or, if that one is gone, its oldest admin, and invalidates earlier invitations. Throws
   * TenantNotReady and TenantDatabaseUnavailable.
   */
  async invite(origin: Origin, idOrSlug: string): Promise<AdminInvitationDto> {
    return this.control.transaction(async (tx) => {
      const tenant = await lockTenant(this.control, idOrSlug); // A purge, or another invitation, waits.
      if (tenant.activatedAt === null) throw new TenantNotReady(tenant.slug);
      const server = await this.servers.server(tenant.serverId);
      const database = await server.connect(tenant.databaseName, queryTimeoutMs).catch((error: unknown) => {
        throw isConnectionFailure(error) ? new TenantDatabaseUnavailable(error) : error;
      });
      try {
        const invited = await inviteAdmin(database, tenant.adminEmail.toLowerCase(), origin);
        const { id: tenantId, slug: tenantSlug } = tenant;
        await recordEvent(tx, origin, {
          action: 'tenant.admin_invited',
          tenantId,
          tenantSlug,
          details: { email: invited.email },
        });
        const appUrl = tenantUrl(this.config.appPublicUrl, tenantSlug);
        const url = `${appUrl}/api/v1/auth/invitations/accept`;
        const link = `${appUrl}/invitation#${invited.token}`;
        return { tenantId, ...invited, link, url, expiresAt: invited.expiresAt.toISOString() };
      } finally {
        await database.end();
      }
    });
  }
}

async function inviteAdmin(database: Client, firstAdmin: string, origin: Origin): Promise<Invited> {
  const { rows: admins } = await database.query<{ id: string; email: string }>(
    `SELECT "id", "email" FROM "User" WHERE "role" = 'ADMIN' AND "status" <> 'DISABLED'
      ORDER BY "emailKey" = $1 DESC, "createdAt", "id" LIMIT 1`,
    [firstAdmin],
  );
  const [admin] = admins;
  if (admin === undefined) throw new NotFound('admin of this tenant');
  const { token, hash } = createOneTimeToken('hdi');
  await tellTenant(database, admin.id, origin);
  const { rows } = await database.query<{ expiresAt: Date }>(
    `WITH replaced AS (DELETE FROM "Invitation" WHERE "userId" = $1 AND "usedAt" IS NULL)
     INSERT INTO "Invitation" ("userId", "tokenHash", "expiresAt") VALUES ($1, $2, now() + interval '7 days') RETURNING "expiresAt"`,
    [admin.id, Buffer.from(hash)],
  );
  const [invitation] = rows;
  if (invitation === undefined) throw new Error('an invitation was not stored');
  return { email: admin.email, token, expiresAt: invitation.expiresAt };
}

/** Records it in the tenant's own audit trail, if its schema has one. It comes first, so that no invitation exists without a record. */
async function tellTenant(database: Client, userId: string, { address, requestId }: Origin): Promise<void> {
  const { rows } = await database.query<{ there: boolean }>(
    `SELECT to_regclass('public."AuditEvent"') IS NOT NULL AS "there"`,
  );
  if (rows[0]?.there !== true) return;
  await database.query(
    `INSERT INTO "AuditEvent" ("type", "actorType", "subjectId", "address", "requestId")
     VALUES ('USER_INVITED', 'OPERATOR', $1, $2, $3)`,
    [userId, address, requestId],
  );
}
