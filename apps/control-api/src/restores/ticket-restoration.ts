import { ArchiveInvalid } from '@helpdeskly/archive';
import type { Tenant, TenantRestore } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import type { RestoredTicket } from '../ticket-restores/ticket-writing.js';
import { ReplacementFilling } from './replacement-filling.js';
import { reasonOf } from './replacement.js';
import { RestoreRecord } from './restore-record.js';
import { SchemaDiffers, TicketCopying } from './ticket-copying.js';

/** How often a restore of tickets is begun at most; a worker that died counts. */
const mostTakes = 6;

/**
 * Brings single tickets of an archive back into the live database: fills another one beside, writes the tickets in one transaction, and
 * drops the other one. The live database says whether it has happened.
 */
@Injectable()
export class TicketRestoration {
  constructor(
    private readonly record: RestoreRecord,
    private readonly locks: ControlLocks,
    private readonly filling: ReplacementFilling,
    private readonly copying: TicketCopying,
  ) {}

  /** Throws what may be better later. */
  async run(before: TenantRestore): Promise<JobOutcome> {
    const tenant = await this.record.tenantOf(before);
    if (tenant === null || tenant.purgeStartedAt !== null) await this.copying.removeFiles(before.tenantId);
    if (tenant === null) return this.record.end(before, 'FAILED', 'The tenant does not exist any more.');
    await this.filling.reach(tenant); // A server that does not answer costs no take.
    const restore = await this.record.begin(before);
    if (!mustHaveDatabase(tenant)) return this.giveUp(restore, tenant, 'The tenant has no database.');
    if (restore.takes > mostTakes)
      return this.giveUp(restore, tenant, restore.error ?? 'Its worker died each time before it could finish.');
    try {
      await this.take(restore, tenant);
      return await this.record.end(restore, 'DONE', null);
    } catch (error) {
      const isFinal = error instanceof ArchiveInvalid || error instanceof SchemaDiffers;
      if (isFinal || restore.takes >= mostTakes) return this.giveUp(restore, tenant, reasonOf(error));
      await this.record.change(restore, { error: describeFailure(error), step: 'FILLING' });
      throw error;
    }
  }

  /** Files first, while nobody waits; under the tenant's lock while it writes, so that no rotation, purge or change of status comes between. */
  private async take(restore: TenantRestore, tenant: Tenant): Promise<void> {
    await this.filling.aside(restore, tenant, async (server, archive) => {
      const files = await this.copying.putFiles(server, restore, tenant, archive);
      await this.record.change(restore, { step: 'WRITING' });
      await this.locks.hold('helpdeskly tenant', tenant.id, async () => {
        const tickets = await this.copying.copy(server, restore, tenant, files);
        await this.note(restore, tickets);
      });
    });
  }

  private async note(restore: TenantRestore, tickets: readonly RestoredTicket[]): Promise<void> {
    await this.record.change(restore, { tickets: tickets.map((ticket) => ({ ...ticket })), error: null });
  }

  /** Unless it was written: the answer to its commit may have been lost. */
  private async giveUp(restore: TenantRestore, tenant: Tenant, reason: string): Promise<JobOutcome> {
    const written = mustHaveDatabase(tenant)
      ? await this.copying.written(await this.filling.serverOf(tenant), restore, tenant)
      : undefined;
    await this.filling.drop(tenant);
    if (written !== undefined) {
      await this.note(restore, written);
      return this.record.end(restore, 'DONE', null);
    }
    return this.record.end(restore, 'FAILED', reason);
  }
}
