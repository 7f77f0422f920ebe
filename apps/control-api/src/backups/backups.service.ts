import { ControlDatabase, type Backup, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { identify } from '../tenants/tenant-finder.js';
import type { BackupDto, CreateBackupDto, ListBackupsQuery, ListTenantBackupsQuery } from './backup.dto.js';
import { BackupOrders } from './backup-orders.js';
import { BackupRemoval } from './backup-removal.js';
import { viewOf } from './backup-view.js';

/** Operators' requests about backups. */
@Injectable()
export class Backups {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly orders: BackupOrders,
    private readonly removal: BackupRemoval,
  ) {}

  /** Throws NotFound, NothingToBackUp, ServiceUnavailable. */
  async create(origin: Origin, idOrSlug: string, { reason = null }: CreateBackupDto): Promise<BackupDto> {
    return viewOf(await this.orders.order(origin, idOrSlug, reason));
  }

  /** Throws NotFound if the tenant does not exist (any more). */
  async listOf(idOrSlug: string, query: ListTenantBackupsQuery): Promise<Page<BackupDto>> {
    const { id } = await identify(this.control, idOrSlug);
    return this.page(`tenants/${id}/backups`, query, { tenantId: id });
  }

  list(query: ListBackupsQuery): Promise<Page<BackupDto>> {
    const { tenantId } = query;
    return this.page('backups', query, tenantId === undefined ? {} : { tenantId });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<BackupDto> {
    return viewOf(await this.row(id));
  }

  /** While a verification is under way, a new order joins it. Throws NotFound, NothingToVerify, ServiceUnavailable. */
  async verify(origin: Origin, id: string): Promise<BackupDto> {
    return viewOf(await this.orders.orderVerification(origin, await this.row(id)));
  }

  /** Throws NotFound, BackupUnderWay. */
  async delete(origin: Origin, id: string): Promise<void> {
    await this.removal.delete(origin, await this.row(id));
  }

  private async row(id: string): Promise<Backup> {
    const row = isUuid(id) ? await this.control.client.backup.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('backup');
    return row;
  }

  private page(route: string, query: ListTenantBackupsQuery, of: Prisma.BackupWhereInput): Promise<Page<BackupDto>> {
    const { backup } = this.control.client;
    return this.lists.page(query, {
      route,
      filters: { ...of, ...(query.status === undefined ? {} : { status: { in: query.status } }) },
      sort: query.sort ?? '-startedAt',
      find: (page: PageArguments<Prisma.BackupWhereInput>) => backup.findMany(page),
      count: (where) => backup.count({ where }),
      view: viewOf,
    });
  }
}
