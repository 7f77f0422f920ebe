import { ControlDatabase, type Prisma, type Tenant } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import type { Page, PageQuery } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import { everyText } from '../backup-policies/backup-policy.js';
import { statesOf, type BackupState } from '../backup-policies/backup-states.js';
import { controlConfig } from '../configuration/tokens.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { isKept } from '../tenant-status/tenant-policy.js';
import type { BackupSummaryDto } from './backup.dto.js';

type Row = Pick<Tenant, 'id' | 'slug'> & { readonly state: BackupState | undefined };

/** How safe each tenant is. */
@Injectable()
export class BackupSummaries {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  list(query: PageQuery): Promise<Page<BackupSummaryDto>> {
    const { client } = this.control;
    return this.lists.page(query, {
      route: 'backups/summary',
      filters: { status: { in: isKept.statuses } },
      sort: 'slug',
      find: (page: PageArguments<Prisma.TenantWhereInput>) => this.find(page),
      count: (where) => client.tenant.count({ where }),
      view: viewOf,
    });
  }

  private async find(page: PageArguments<Prisma.TenantWhereInput>): Promise<Row[]> {
    const { client } = this.control;
    const tenants = await client.tenant.findMany({ ...page, select: { id: true, slug: true } });
    const ids = tenants.map(({ id }) => id);
    const states = await statesOf(client, this.config.backups.everyMs, ids);
    const byTenant = new Map(states.map((state) => [state.tenantId, state]));
    return tenants.map((tenant) => ({ ...tenant, state: byTenant.get(tenant.id) }));
  }
}

function viewOf({ id, slug, state }: Row): BackupSummaryDto {
  return {
    tenantId: id,
    tenantSlug: slug,
    every: everyText(state?.everyMs ?? 0),
    lastBackupId: state?.lastBackupId ?? null,
    lastBackupAt: state?.lastBackupAt?.toISOString() ?? null,
    rpoSeconds: Math.max(0, Math.round(state?.ageSeconds ?? 0)),
    overdue: state?.overdue ?? false,
    lastProofId: state?.lastProofId ?? null,
    lastProofAt: state?.lastProofAt?.toISOString() ?? null,
  };
}
