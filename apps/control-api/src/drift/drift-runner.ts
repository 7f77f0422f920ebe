import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { DriftComparison } from './drift-comparison.js';
import { finishCheck, settleTenant, tenantsLeft } from './drift-checks.queries.js';

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
      const left = await tenantsLeft(this.control.client, checkId);
      const one = async (): Promise<void> => {
        for (let tenantId; !isEnding() && (tenantId = left.shift()) !== undefined;) {
          const compared = await this.comparison.compare(tenantId, expected, isEnding);
          // What could not be read while this process ends is left to the next one.
          if (isEnding() && compared !== undefined && 'error' in compared) return;
          await settleTenant(this.control, checkId, tenantId, compared);
        }
      };
      const turns = await Promise.allSettled(Array.from({ length: concurrency }, one));
      const broken = turns.find((turn) => turn.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
      if (!isEnding()) await finishCheck(this.control, checkId);
    });
  }
}
