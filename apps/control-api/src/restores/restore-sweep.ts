import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { RestoreQueue } from './restore-queue.js';

/** Queues restores whose job was lost, or never queued. */
@Injectable()
export class RestoreSweep {
  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: RestoreQueue,
  ) {}

  async run(): Promise<void> {
    const select = { id: true, tenantId: true };
    const due = await this.control.client.tenantRestore.findMany({ where: { status: 'RUNNING' }, select });
    for (const { id, tenantId } of due) await this.queue.addAgain('replace', { tenantId, restoreId: id });
  }
}
