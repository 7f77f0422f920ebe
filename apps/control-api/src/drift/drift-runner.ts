import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { DriftComparison } from './drift-comparison.js';
import { finishCheck, nextTenant, settleTenant } from './drift-checks.queries.js';
import type { ExpectedCatalogs } from './expected-catalogs.js';

/** Tenants at the same time, of one check. */
const concurrency = 8;

/** Does what a check has left to do. Repeatable from any point at which it stopped: what was compared is in the control database. */
@Injectable()
export class DriftRunner {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly comparison: DriftComparison,
  ) {}

  /** Resolves when the check is done, or another process does it, or `isEnding`. */
  async run(checkId: string, isEnding: () => boolean): Promise<void> {
    await this.locks.tryHold('helpdeskly drift check', checkId, async () => {
      const expected = await this.comparison.expectations();
      const taken = new Set<string>();
      const one = async (): Promise<void> => {
        while (!isEnding() && (await this.turn(checkId, expected, taken)));
      };
      const turns = await Promise.allSettled(Array.from({ length: concurrency }, one));
      const broken = turns.find((turn) => turn.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
      if (!isEnding()) await finishCheck(this.control, checkId);
    });
  }

  /** Whether there was a tenant left. `taken` are those that have had their turn here. */
  private async turn(checkId: string, expected: ExpectedCatalogs, taken: Set<string>): Promise<boolean> {
    const tenantId = await nextTenant(this.control.client, checkId, [...taken]);
    if (tenantId === undefined) return false;
    if (taken.has(tenantId)) return true; // Another turn was quicker.
    taken.add(tenantId);
    await settleTenant(this.control, checkId, tenantId, await this.comparison.compare(tenantId, expected));
    return true;
  }
}
