import { ControlDatabase, newDataKey, openDataKey, Secrets, type Prisma, type Tenant } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { NotFound } from '@helpdeskly/errors';
import { Inject, Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { controlConfig } from '../configuration/tokens.js';
import { limitsOfPlan, limitsOfTenant, ownLimitsOf } from '../plans/limits.js';
import { defaultPlan, holdPlans, planNamed } from '../plans/plan-locks.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { tenantRoleNames } from '../tenant-databases/names.js';
import { lastOf, recordSchemaSet } from '../tenant-databases/schema-sets.js';
import { isKept } from '../tenant-status/tenant-policy.js';
import { newRoleSecret } from '../tenants/credential-rotation.js';
import { orUnavailable, SlugTaken } from '../tenants/errors.js';
import { findTenant } from '../tenants/tenant-finder.js';
import type { TenantRow } from '../tenants/tenant-view.js';
import { AdoptionPlace } from './adoption-place.js';
import type { AdoptTenantDto } from './adoptions.dto.js';
import { AdoptionUnavailable } from './errors.js';
import type { Orphan } from './orphan.js';

type Transaction = Prisma.TransactionClient;

/** Later than any job or client of a tenant that an older catalog has forgotten. */
const firstGeneration = 1000;

/** Takes databases of tenants into the catalog that it has lost: an older one was restored. */
@Injectable()
export class Adoptions {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly place: AdoptionPlace,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** Throws NotFound, InvalidReference, SlugTaken, AdoptionUnavailable, TenantDatabaseUnavailable. */
  async adopt(origin: Origin, input: AdoptTenantDto): Promise<TenantRow> {
    if ((await this.control.client.databaseServer.count({ where: { id: input.serverId } })) === 0)
      throw new NotFound('database server');
    return orUnavailable(this.place.with(input, (server, orphan) => this.enter(origin, input, server, orphan)));
  }

  private enter(origin: Origin, input: AdoptTenantDto, server: TenantServer, orphan: Orphan): Promise<TenantRow> {
    const { tenantId } = orphan;
    return this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly tenant'), hashtext(${tenantId}))`;
      await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${tenantId}::uuid FOR UPDATE`;
      const known = await tx.tenant.findUnique({ where: { id: tenantId } });
      const tenant = known === null ? await this.insert(tx, input, orphan) : await this.turn(tx, input, orphan, known);
      const isNew = known === null;
      await recordEvent(tx, origin, {
        action: 'tenant.adopted',
        tenantId,
        tenantSlug: tenant.slug,
        details: { serverId: server.id, databaseName: orphan.databaseName, isNew },
      });
      await this.place.settle(
        server,
        tenant,
        isNew ? openDataKey(this.secrets, tenantId, tenant.dataKeySecret ?? '') : undefined,
      );
      await this.control.afterCommit(() => this.place.publish());
      return findTenant(this.control, tenantId);
    });
  }

  /** What only the lost catalog knew begins anew: its data key, its credential, its limits. */
  private async insert(tx: Transaction, input: AdoptTenantDto, orphan: Orphan): Promise<Tenant> {
    const { slug, name, serverId, plan = defaultPlan } = input;
    const { tenantId: id, databaseName, admin, isOpen, storage } = orphan;
    if ((await tx.tenantTombstone.count({ where: { id } })) > 0)
      throw new AdoptionUnavailable('The tenant of this database was purged.');
    if ((await tx.tenant.count({ where: { slug } })) > 0) throw new SlugTaken(slug);
    await holdPlans(tx);
    const own = ownLimitsOf({});
    const limits = limitsOfTenant(own, limitsOfPlan(await planNamed(tx, plan), this.config.tenantRequestsPerMinute));
    const tenant = await tx.tenant.create({
      data: {
        id,
        slug,
        name,
        plan,
        ...own,
        ...limits,
        ...(await facts(tx, orphan)),
        serverId,
        databaseName,
        status: isOpen ? 'ACTIVE' : 'SUSPENDED',
        accessOpen: isOpen,
        activatedAt: new Date(),
        roleName: tenantRoleNames(id)[0],
        roleSecret: newRoleSecret(this.secrets, id),
        dataKeySecret: newDataKey(this.secrets, id),
        generation: firstGeneration,
        credentialGeneration: firstGeneration,
        adminEmail: admin.email,
        adminName: admin.name,
      },
    });
    await tx.tenantStorage.create({ data: { tenantId: id, ...storage } });
    return tenant;
  }

  /** The catalog knows the tenant, but on a server that has no such database: it was moved since. */
  private async turn(tx: Transaction, input: AdoptTenantDto, orphan: Orphan, tenant: Tenant): Promise<Tenant> {
    const { id, slug } = tenant;
    if (slug !== input.slug) throw new AdoptionUnavailable(`The catalog knows the tenant of this database as ${slug}.`);
    if (!isKept(tenant.status)) throw new AdoptionUnavailable(`${slug} is ${tenant.status}.`);
    if (tenant.nextRoleName !== null || tenant.formerRoleName !== null)
      throw new AdoptionUnavailable(`The credential of ${slug} is being replaced: wait until that is over.`);
    const under = { tenantId: id, status: 'RUNNING' } as const;
    const busy = [
      tx.backup.count({ where: under }),
      tx.tenantRestore.count({ where: under }),
      tx.tenantMove.count({ where: { tenantId: id, finishedAt: null } }),
    ];
    if ((await Promise.all(busy)).some((count) => count > 0))
      throw new AdoptionUnavailable(`A backup, restore or move of ${slug} is under way: wait until that is over.`);
    if (tenant.serverId === input.serverId || (await this.place.isAt(tenant)))
      throw new AdoptionUnavailable(`The catalog knows the database of ${slug}, and it is there.`);
    const moved = { serverId: input.serverId, databaseName: orphan.databaseName, name: input.name };
    const later = { generation: { increment: 1 }, credentialGeneration: { increment: 1 }, version: { increment: 1 } };
    const data = { ...moved, ...later, ...(await facts(tx, orphan)), updatedAt: new Date() };
    return tx.tenant.update({ where: { id }, data });
  }
}

/** What the catalog says of a database's schema. */
async function facts(
  tx: Transaction,
  { schema }: Orphan,
): Promise<{ schemaVersion: string | null; schemaSetId: string }> {
  return { schemaVersion: lastOf(schema), schemaSetId: await recordSchemaSet(tx, schema) };
}
