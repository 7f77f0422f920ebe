import { assertHardToGuess, Passwords } from '@helpdeskly/auth';
import {
  ControlDatabase,
  newDataKey,
  Secrets,
  type ControlClient,
  type CopyKind,
  type Prisma,
} from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { limitsOfPlan, limitsOfTenant, ownLimitsOf } from '../plans/limits.js';
import { defaultPlan, holdPlans, planNamed } from '../plans/plan-locks.js';
import { ProvisioningQueue } from '../provisioning/provisioning-queue.js';
import { stepsOf } from '../provisioning/provisioning-steps.js';
import { tenantDatabaseName, tenantRoleNames } from '../tenant-databases/names.js';
import { newRoleSecret } from './credential-rotation.js';
import { NoCapacity, SlugTaken } from './errors.js';
import { tenantParts } from './tenant-finder.js';
import type { TenantRow } from './tenant-view.js';
import type { CreateTenantDto } from './tenants.dto.js';

/** What the database of a new tenant is filled from: a backup (RESTORE), or a tenant. */
export interface CopyOf {
  readonly id: string;
  readonly kind: CopyKind;
}

export interface TenantRequest extends CreateTenantDto {
  readonly copyOf?: CopyOf;
}

/** Creates tenants: a row in the catalog, its steps, and a job. */
@Injectable()
export class TenantRegistry {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly passwords: Passwords,
    private readonly queue: ProvisioningQueue,
  ) {}

  /**
   * Queues the job after the commit. `requestsPerMinute` is the default of the installation. Throws ValidationFailed for a
   * guessable password, InvalidReference for an unknown plan, SlugTaken and NoCapacity.
   */
  async register(origin: Origin, request: TenantRequest, requestsPerMinute: number): Promise<TenantRow> {
    const { admin, name, slug, plan = defaultPlan, limits = {}, copyOf } = request;
    const [copyOfId, copyKind] = [copyOf?.id ?? null, copyOf?.kind ?? null];
    if (admin.password !== undefined) {
      const owner = { email: admin.email, name: admin.name, places: [slug, name] };
      assertHardToGuess(admin.password, owner, 'admin.password');
    }
    const adminPasswordHash = admin.password === undefined ? null : await this.passwords.hash(admin.password);
    return this.control.transaction(async (tx) => {
      // Before it chooses a server: a taken slug stays taken, while room may appear.
      if ((await tx.tenant.count({ where: { slug } })) > 0) throw new SlugTaken(slug);
      await holdPlans(tx);
      const own = ownLimitsOf(limits);
      const applying = limitsOfTenant(own, limitsOfPlan(await planNamed(tx, plan), requestsPerMinute));
      const { id, serverId } = await this.place(tx);
      // The catalog never holds a tenant twice: the second insert waits here for the first one's commit.
      const inserted = await tx.$executeRaw`
        INSERT INTO "Tenant" ("id", "slug", "name", "plan", "maxConnections", "requestsPerMinute",
                              "maxStorageBytes", "ownMaxConnections", "ownRequestsPerMinute", "ownStorageBytes", "serverId",
                              "databaseName", "roleName", "roleSecret", "dataKeySecret", "adminEmail", "adminName", "adminPasswordHash",
                              "copyOfId", "copyKind")
        VALUES (${id}::uuid, ${slug}, ${name}, ${plan}, ${applying.maxConnections}, ${applying.requestsPerMinute},
                ${applying.maxStorageBytes}::bigint, ${own.ownMaxConnections}::int, ${own.ownRequestsPerMinute}::int,
                ${own.ownStorageBytes}::bigint, ${serverId}::uuid, ${tenantDatabaseName(id)}, ${tenantRoleNames(id)[0]},
                ${newRoleSecret(this.secrets, id)}, ${newDataKey(this.secrets, id)}, ${admin.email}, ${admin.name}, ${adminPasswordHash},
                ${copyOfId}::uuid, ${copyKind}::"CopyKind")
        ON CONFLICT ("slug") DO NOTHING`;
      if (inserted === 0) throw new SlugTaken(slug);
      await beginAttempt(tx, { id, copyKind }, 1);
      await recordEvent(tx, origin, {
        action: 'tenant.created',
        tenantId: id,
        tenantSlug: slug,
        details: {
          name,
          plan,
          adminEmail: admin.email,
          serverId,
          ...(copyOf === undefined ? {} : { copyOf: copyFacts(copyOf) }),
        },
      });
      await this.control.afterCommit(() => this.queue.offer({ tenantId: id, generation: 1 }));
      return tx.tenant.findUniqueOrThrow({ where: { id }, include: tenantParts });
    });
  }

  /** An id, and the ACTIVE server with the most room. One at a time, so that no server exceeds its maximum. */
  private async place(tx: Prisma.TransactionClient): Promise<{ id: string; serverId: string }> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly placement'))`;
    const [chosen] = await tx.$queryRaw<{ id: string; serverId: string }[]>`
      SELECT uuidv7()::text AS "id", s."id"::text AS "serverId"
        FROM "DatabaseServer" s, LATERAL (SELECT count(*) AS "tenants" FROM "Tenant" t WHERE t."serverId" = s."id") AS used
       WHERE s."state" = 'ACTIVE' AND used."tenants" < s."maxTenants"
       ORDER BY s."maxTenants" - used."tenants" DESC, s."id"
       LIMIT 1`;
    if (chosen === undefined) throw new NoCapacity();
    return chosen;
  }
}

function copyFacts({ id, kind }: CopyOf): Prisma.InputJsonObject {
  return kind === 'RESTORE' ? { backupId: id, kind } : { tenantId: id, kind };
}

/** How many more tenants ACTIVE servers take. */
export async function roomLeft(client: Pick<ControlClient, '$queryRaw'>): Promise<number> {
  const [room] = await client.$queryRaw<{ left: number }[]>`
    SELECT coalesce(sum(greatest(s."maxTenants" - used."tenants", 0)), 0)::int AS "left"
      FROM "DatabaseServer" s, LATERAL (SELECT count(*) AS "tenants" FROM "Tenant" t WHERE t."serverId" = s."id") AS used
     WHERE s."state" = 'ACTIVE'`;
  return room?.left ?? 0;
}

/** Inserts the steps of one attempt, all of them pending. */
export async function beginAttempt(
  tx: Prisma.TransactionClient,
  tenant: Pick<TenantRow, 'id' | 'copyKind'>,
  attempt: number,
): Promise<void> {
  await tx.provisioningStep.createMany({
    data: stepsOf(tenant).map(({ name }, position) => ({ tenantId: tenant.id, attempt, position, name })),
  });
}
