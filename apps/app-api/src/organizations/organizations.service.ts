import { NotFound } from '@helpdeskly/errors';
import { assertVersion, isUuid, type Actor, type Page } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Organization, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import type { ListByNameDto } from '../naming/list-by-name.dto.js';
import { NamePages } from '../naming/name-pages.js';
import { named, orNameTaken } from '../naming/name-taken.js';
import { heldBy, releaseHeld } from '../ticket-core/ticket-assignments.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { CameMeanwhile, lockTicketsFirst } from '../ticket-core/lock-tickets-first.js';
import type { ChangeOrganizationDto, CreateOrganizationDto, OrganizationDto } from './organizations.dto.js';

/** Who customers belong to. */
@Injectable()
export class Organizations {
  constructor(
    private readonly db: TenantDatabase,
    private readonly pages: NamePages,
    private readonly audit: AuditTrail,
    private readonly writes: TicketWrites,
  ) {}

  list({ q, ...query }: ListByNameDto): Promise<Page<OrganizationDto>> {
    const { organization } = this.db.client;
    return this.pages.page(query, {
      route: 'organizations',
      q,
      find: (page) => organization.findMany(page),
      count: (where) => organization.count({ where }),
      view: viewOrganization,
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<OrganizationDto> {
    const row = isUuid(id) ? await this.db.client.organization.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('organization');
    return viewOrganization(row);
  }

  /** Throws NameTaken. */
  async create(actor: Actor, { name, shared = false }: CreateOrganizationDto): Promise<OrganizationDto> {
    return this.db.transaction(async (tx) => {
      const made = tx.organization.create({ data: { ...named(name), shared } });
      const organization = await orNameTaken('organization', made);
      await this.noteSharing(tx, actor, { ...organization, shared: false }, organization);
      return viewOrganization(organization);
    });
  }

  /** Throws NotFound, VersionConflict, NameTaken. */
  async change(
    actor: Actor,
    id: string,
    { name, shared }: ChangeOrganizationDto,
    version?: number,
  ): Promise<OrganizationDto> {
    return this.db.transaction(async (tx) => {
      const before = await lock(tx, id);
      assertVersion(version, before.version);
      const changes = {
        ...(name === undefined || name === before.name ? {} : named(name)),
        ...(shared === undefined || shared === before.shared ? {} : { shared }),
      };
      if (Object.keys(changes).length === 0) return viewOrganization(before);
      const data = { ...changes, version: { increment: 1 }, updatedAt: new Date() };
      const write = tx.organization.update({ where: { id: before.id }, data });
      const changed = await orNameTaken('organization', write);
      await this.noteSharing(tx, actor, before, changed);
      return viewOrganization(changed);
    });
  }

  /** Who sees whose tickets is told in the audit trail. */
  private async noteSharing(
    tx: Prisma.TransactionClient,
    { id: actorId }: Actor,
    before: Organization,
    after: Organization,
  ): Promise<void> {
    if (before.shared === after.shared) return;
    const details = { organizationId: after.id, name: after.name, ...changesBetween(before, after, ['shared']) };
    await this.audit.record(tx, { type: AuditType.ORGANIZATION_SHARING_CHANGED, actorId, details });
  }

  /** Its customers and tickets belong to none then, each ticket with an event. Throws NotFound, VersionConflict. */
  async remove(actor: Actor, id: string, version?: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const organization = isUuid(id) ? await this.lockWithAll(id) : await lock(tx, id);
      assertVersion(version, organization.version);
      const { id: organizationId } = organization;
      await releaseHeld(tx, this.writes, 'organization', organization, actor.id);
      const data = { organizationId: null, version: { increment: 1 }, updatedAt: new Date() };
      await tx.user.updateMany({ where: { organizationId }, data });
      await this.noteSharing(tx, actor, organization, { ...organization, shared: false });
      await tx.organization.delete({ where: { id: organizationId }, select: { id: true } });
    });
  }

  /** The organization, after its tickets and then its customers. Throws NotFound. */
  private lockWithAll(id: string): Promise<Organization> {
    return lockTicketsFirst(this.db, heldBy('organization', id), async (tx) => {
      const customers = await tx.$queryRaw<unknown[]>`
        SELECT FROM "User" WHERE "organizationId" = ${id}::uuid ORDER BY "role", "id" FOR NO KEY UPDATE`;
      const organization = await lock(tx, id);
      if ((await tx.user.count({ where: { organizationId: id } })) !== customers.length) throw new CameMeanwhile();
      return organization;
    });
  }
}

/** Throws NotFound. */
async function lock(tx: Prisma.TransactionClient, id: string): Promise<Organization> {
  if (isUuid(id)) await tx.$queryRaw`SELECT FROM "Organization" WHERE "id" = ${id}::uuid FOR UPDATE`;
  const row = isUuid(id) ? await tx.organization.findUnique({ where: { id } }) : null;
  if (row === null) throw new NotFound('organization');
  return row;
}

function viewOrganization({ id, name, shared, version, createdAt, updatedAt }: Organization): OrganizationDto {
  return { id, name, shared, version, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
