import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Notifier } from '../../notification-core/notifier.js';

/** Tells every admin that somebody takes the data of the helpdesk away. */
@Injectable()
export class ExportNotices {
  constructor(
    private readonly db: TenantDatabase,
    private readonly notifier: Notifier,
  ) {}

  /** In the transaction in which the export becomes ready. Whoever asked for it is told, too. */
  async tell(tx: Prisma.TransactionClient, exportId: string, actorId: string): Promise<void> {
    const admins = await this.db.client.user.findMany({
      where: { role: 'ADMIN', status: 'ACTIVE', service: false },
      select: { id: true },
      orderBy: { id: 'asc' },
    });
    const details = { event: 'DATA_EXPORTED', exportId };
    await this.notifier.notify(
      tx,
      admins.map(({ id }) => id),
      { kind: 'SECURITY', actorId, details },
    );
  }
}
