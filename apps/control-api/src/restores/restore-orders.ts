import type { Archive, Manifest } from '@helpdeskly/archive';
import { ControlDatabase, type Backup, type CopyKind } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { NotFound } from '@helpdeskly/errors';
import { Inject, Injectable } from '@nestjs/common';
import { ArchiveKeys } from '../archives/archive-keys.js';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { NothingToRestore } from '../backups/errors.js';
import { controlConfig } from '../configuration/tokens.js';
import { defaultPlan } from '../plans/plan-locks.js';
import { TenantRegistry } from '../tenants/tenant-registry.js';
import type { TenantRow } from '../tenants/tenant-view.js';
import type { CheckedArchive } from './archive-check.interceptor.js';

/** What the new tenant is called. */
export interface CopyNames {
  readonly slug: string;
  readonly name: string;
}

/** Orders tenants that are made of archives: a row, then a job of provisioning. */
@Injectable()
export class RestoreOrders {
  constructor(
    private readonly control: ControlDatabase,
    private readonly keys: ArchiveKeys,
    private readonly registry: TenantRegistry,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** Throws NotFound, NothingToRestore, SlugTaken, NoCapacity, and what is wrong with the archive. */
  asNew(origin: Origin, { id, tenantId }: Backup, names: CopyNames, checked: CheckedArchive): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      await this.keys.lock(tx, tenantId); // Nobody deletes it until the row says that it is being copied.
      const backup = await tx.backup.findUnique({ where: { id } });
      if (backup === null) throw new NotFound('backup');
      const archive = backup.status === 'DONE' ? checked.archive() : undefined;
      if (archive === undefined) throw new NothingToRestore(backup.status);
      const copy = await this.register(origin, backup, archive, { ...names, kind: 'RESTORE' });
      const { tenantSlug } = backup;
      const details = { id, as: 'NEW', slug: names.slug };
      await recordEvent(tx, origin, { action: 'backup.restore_ordered', tenantId, tenantSlug, details });
      return copy;
    });
  }

  private async register(
    origin: Origin,
    { id }: Backup,
    { manifest }: Archive,
    { kind, ...names }: CopyNames & { readonly kind: CopyKind },
  ): Promise<TenantRow> {
    const { adminEmail: email, adminName: name } = manifest.tenant;
    const request = { ...names, admin: { email, name }, ...(await this.termsOf(manifest)), copyOf: { id, kind } };
    return this.registry.register(origin, request, this.config.tenantRequestsPerMinute);
  }

  /** Its plan may be gone since. */
  private async termsOf({ tenant: { plan, limits } }: Manifest) {
    const isThere = (await this.control.client.plan.count({ where: { name: plan } })) > 0;
    const own = Object.entries(limits).filter(([, value]) => value !== null);
    return { plan: isThere ? plan : defaultPlan, limits: Object.fromEntries(own) };
  }
}
