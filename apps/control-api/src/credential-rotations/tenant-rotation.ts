import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlDatabase } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import type { Origin } from '../audit/audit-trail.js';
import type { LifecycleTasks } from '../lifecycle/lifecycle-tasks.js';
import { describeFailure } from '../provisioning/failure.js';
import type { CredentialRotation } from '../tenants/credential-rotation.js';
import { CredentialsNotRotatable } from '../tenants/errors.js';
import type { Outcome, RotationBook, Turn } from './rotation-book.js';

const lookMs = 500;
const attempts = 3;

/** Brings one tenant's rotation about: the same that the queue would do, and beside it. */
export class TenantRotation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly book: RotationBook,
    private readonly requests: CredentialRotation,
    private readonly tasks: LifecycleTasks,
  ) {}

  async rotate(rotationId: string, origin: Origin, turn: Turn, isStopping: () => boolean): Promise<Outcome> {
    for (let failures = 0; !isStopping(); await sleep(lookMs)) {
      try {
        const target = turn.targetGeneration ?? (await this.ask(rotationId, origin, turn));
        turn = { ...turn, targetGeneration: target };
        const state = await this.advance(turn.tenantId, target);
        if (state !== undefined) return { state };
      } catch (error) {
        if (error instanceof NotFound || error instanceof CredentialsNotRotatable) return { state: 'GONE' };
        if (++failures === attempts) return { state: 'FAILED', error: describeFailure(error) };
      }
    }
    return { state: 'STOPPED' };
  }

  /** Once for each tenant of a rotation, whoever drives it: a second time would rotate a second time. */
  private ask(rotationId: string, origin: Origin, turn: Turn): Promise<number> {
    return this.control.transaction(async () => {
      const { credentialGeneration, nextRoleName } = await this.requests.request(origin, turn.tenantId);
      const target = nextRoleName === null ? credentialGeneration : credentialGeneration + 1;
      await this.book.aim(rotationId, turn, target);
      return target;
    });
  }

  /** Does what there is to do now; undefined when it has not come to its end. */
  private async advance(tenantId: string, target: number): Promise<'DONE' | 'GONE' | undefined> {
    const tenant = await this.control.client.tenant.findUnique({ where: { id: tenantId } });
    if (tenant === null || tenant.purgeStartedAt !== null) return 'GONE';
    const { generation, credentialGeneration, nextRoleName, formerRoleName } = tenant;
    if (credentialGeneration >= target && formerRoleName === null) return 'DONE';
    await this.tasks.run(nextRoleName === null ? 'retire' : 'rotate', { tenantId, generation });
    return undefined;
  }
}
