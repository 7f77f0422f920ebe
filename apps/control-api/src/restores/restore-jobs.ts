import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { Replacement } from './replacement.js';
import { RestoreRecord } from './restore-record.js';
import { TicketRestoration } from './ticket-restoration.js';

/** Runs a job of the queue, by what its row asks for. */
@Injectable()
export class RestoreJobs {
  constructor(
    private readonly record: RestoreRecord,
    private readonly replacement: Replacement,
    private readonly tickets: TicketRestoration,
  ) {}

  /** Throws what may be better later. */
  async run(id: string): Promise<JobOutcome> {
    const restore = await this.record.running(id);
    if (restore === undefined) return 'superseded';
    return restore.numbers.length === 0 ? this.replacement.run(restore) : this.tickets.run(restore);
  }
}
