import { ControlDatabase, type Prisma, type Tenant, type TenantRestore } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ArchiveKeys } from '../archives/archive-keys.js';
import { BackupQueue } from '../backups/backup-queue.js';
import { FormerRemoval } from './former-removal.js';

/** Raised until the former database is archived: the job comes back, and nothing has failed. */
export class NotArchivedYet extends Error {
  constructor() {
    super('the former database is not archived yet');
    this.name = 'NotArchivedYet';
  }
}

/** The database whose place an archive has taken: it becomes an archive itself before it goes. */
@Injectable()
export class FormerDatabase {
  constructor(
    private readonly control: ControlDatabase,
    private readonly keys: ArchiveKeys,
    private readonly queue: BackupQueue,
    private readonly removal: FormerRemoval,
  ) {}

  /** Orders its archive, in the transaction in which the tenant gets the other database. Returns the backup's id. */
  async order(
    tx: Prisma.TransactionClient,
    { backupId }: TenantRestore,
    { id: tenantId, slug: tenantSlug }: Tenant,
    databaseName: string,
  ): Promise<string> {
    await this.keys.ensure(tx, tenantId);
    const reason = `before the restore of the backup ${backupId}`;
    const { id } = await tx.backup.create({
      data: { tenantId, tenantSlug, reason, databaseName },
      select: { id: true },
    });
    return id;
  }

  /** Drops it once it is archived, with the files that it alone has. Throws NotArchivedYet. */
  async settle(restore: TenantRestore, tenant: Tenant, databaseName: string): Promise<void> {
    await this.assertArchived(restore, tenant, databaseName);
    await this.removal.remove(tenant, databaseName);
  }

  private async assertArchived(restore: TenantRestore, tenant: Tenant, databaseName: string): Promise<void> {
    const { id, tenantId, formerBackupId } = restore;
    const where = { id: formerBackupId ?? '', tenantId };
    const backup = formerBackupId === null ? null : await this.control.client.backup.findFirst({ where });
    if (backup?.status === 'DONE') return;
    if (backup?.status === 'RUNNING') await this.queue.addAgain('back_up', { tenantId, backupId: backup.id });
    else await this.orderAgain(id, restore, tenant, databaseName);
    throw new NotArchivedYet();
  }

  private async orderAgain(id: string, restore: TenantRestore, tenant: Tenant, databaseName: string): Promise<void> {
    await this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${tenant.id}::uuid FOR UPDATE`; // As whoever else orders a backup.
      if ((await tx.backup.count({ where: { tenantId: tenant.id, status: 'RUNNING' } })) > 0) return;
      const formerBackupId = await this.order(tx, restore, tenant, databaseName);
      await tx.tenantRestore.update({ where: { id }, data: { formerBackupId }, select: { id: true } });
    });
  }
}
