import { ControlDatabase, type ControlClient } from '@helpdeskly/catalog';
import { parseDuration } from '@helpdeskly/config';
import { assertVersion } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { keepText } from '../backup-policies/backup-policy.js';
import { rolesOf } from '../lifecycle/tenant-access.js';
import { limitsOfTenant, ownLimitsAfter } from '../plans/limits.js';
import { holdPlans, planNamed } from '../plans/plan-locks.js';
import { PlanTenants } from '../plans/plan-tenants.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { limitTenantRole } from '../tenant-databases/tenant-role.js';
import { orUnavailable } from './errors.js';
import { findTenant, lockTenant } from './tenant-finder.js';
import type { TenantRow } from './tenant-view.js';
import type { ChangeTenantDto } from './tenants.dto.js';

type Value = string | number | null;
type Changes = Record<string, { from: Value; to: Value }>;

/** What operators change of a tenant, and what each is called in the audit trail. */
const fields = {
  name: 'name',
  plan: 'plan',
  ownMaxConnections: 'maxConnections',
  ownRequestsPerMinute: 'requestsPerMinute',
  ownStorageBytes: 'storageBytes',
  backupEveryMs: 'backupEveryMs',
  backupKeep: 'backupKeep',
} as const;

/** Changes a tenant's name, plan, limits and backup policy. */
@Injectable()
export class TenantChanges {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly plans: PlanTenants,
  ) {}

  /**
   * Throws VersionConflict if `version` is given and is not the current one, and InvalidReference for an unknown plan. Writing the
   * current values changes nothing.
   */
  change(origin: Origin, idOrSlug: string, input: ChangeTenantDto, version: number | undefined): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      await holdPlans(tx);
      const before = await lockTenant(this.control, idOrSlug);
      assertVersion(version, before.version);
      const after = await this.after(tx, before, input);
      const changes = differences(before, after);
      if (Object.keys(changes).length === 0) return before;
      await tx.tenant.update({
        where: { id: before.id },
        data: { ...after, version: { increment: 1 }, updatedAt: new Date() },
        select: { id: true },
      });
      await recordEvent(tx, origin, {
        action: 'tenant.updated',
        tenantId: before.id,
        tenantSlug: before.slug,
        details: changes,
      });
      if (after.maxConnections !== before.maxConnections) await this.limit(before, after.maxConnections);
      return findTenant(this.control, before.id);
    });
  }

  /** Whether `change` would change anything. Throws InvalidReference for an unknown plan. */
  async wouldChange(tenant: TenantRow, input: ChangeTenantDto): Promise<boolean> {
    const after = await this.after(this.control.client, tenant, input);
    return Object.keys(differences(tenant, after)).length > 0;
  }

  private async after(tx: Pick<ControlClient, 'plan'>, before: TenantRow, input: ChangeTenantDto) {
    const { name = before.name, plan = before.plan, limits = {} } = input;
    const ofPlan = this.plans.limitsOf(await planNamed(tx, plan));
    const own = ownLimitsAfter(before, ofPlan, limits);
    return { name, plan, ...own, ...limitsOfTenant(own, ofPlan), ...policyAfter(before, input) };
  }

  /**
   * Runs under the row's lock and before the commit, so that two simultaneous changes cannot leave the older limit in PostgreSQL. A role
   * that does not exist yet gets its limit when it is created.
   */
  private async limit(tenant: TenantRow, maxConnections: number): Promise<void> {
    const server = await this.servers.server(tenant.serverId);
    for (const role of rolesOf(tenant)) await orUnavailable(limitTenantRole(server.brief, role, maxConnections));
  }
}

function policyAfter(before: TenantRow, { backupPolicy }: ChangeTenantDto) {
  const { backupEveryMs, backupKeep } = before;
  if (backupPolicy === undefined) return { backupEveryMs, backupKeep };
  if (backupPolicy === null) return { backupEveryMs: null, backupKeep: null };
  const { every, keep } = backupPolicy;
  const everyMs = every === null ? 0 : (parseDuration(every) ?? 0); // The DTO has checked its form.
  return { backupEveryMs: BigInt(everyMs), backupKeep: keep === undefined ? null : keepText(keep) };
}

function differences(before: Pick<TenantRow, keyof typeof fields>, after: typeof before): Changes {
  const changes: Changes = {};
  for (const [field, name] of Object.entries(fields) as [keyof typeof fields, string][])
    if (before[field] !== after[field]) changes[name] = { from: shown(before[field]), to: shown(after[field]) };
  return changes;
}

const shown = (value: Value | bigint): Value => (typeof value === 'bigint' ? Number(value) : value);
