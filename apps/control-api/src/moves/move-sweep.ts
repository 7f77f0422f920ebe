import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import { Evacuations } from './evacuations.js';
import { FormerDatabases } from './former-databases.js';
import { MoveQueue } from './move-queue.js';

/** How long the former database of a tenant is kept after a move, in milliseconds. */
const graceMs = 3_600_000;

/** Queues moves whose job was lost, goes on with evacuations, and drops former databases. */
@Injectable()
export class MoveSweep {
  private readonly log = new Logger('MoveSweep');

  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: MoveQueue,
    private readonly evacuations: Evacuations,
    private readonly former: FormerDatabases,
  ) {}

  async run(): Promise<void> {
    const select = { id: true, tenantId: true };
    const due = await this.control.client.tenantMove.findMany({ where: { finishedAt: null }, select });
    for (const { id, tenantId } of due) await this.queue.addAgain('move', { tenantId, moveId: id });
    await this.evacuations.goOn();
    await this.drop();
  }

  private async drop(): Promise<void> {
    const { client } = this.control;
    const left = await client.tenantMove.findMany({ where: { status: 'DONE', formerDroppedAt: null } });
    const away = new Set<string>();
    for (const { id, tenantId, fromServerId, finishedAt } of left) {
      if (away.has(fromServerId)) continue;
      const isOver = finishedAt !== null && finishedAt.getTime() < Date.now() - graceMs;
      const tenant = await client.tenant.findUnique({ where: { id: tenantId }, select: { purgeStartedAt: true } });
      if (!isOver && tenant !== null && tenant.purgeStartedAt === null) continue;
      try {
        await this.former.drop(fromServerId, tenantId);
        await client.tenantMove.update({ where: { id }, data: { formerDroppedAt: new Date() }, select: { id: true } });
      } catch (error) {
        away.add(fromServerId);
        this.log.warn(`A former database will be dropped later: ${describeFailure(error)}`);
      }
    }
  }
}
