import { setTimeout as sleep } from 'node:timers/promises';
import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { NotFound } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { LifecycleTasks } from '../lifecycle/lifecycle-tasks.js';
import { ServerRests } from '../server-connections/server-breaker.js';
import { isTransient } from '../tenant-databases/transient-failure.js';
import { CredentialRotation } from '../tenants/credential-rotation.js';
import { CredentialsNotRotatable } from '../tenants/errors.js';
import { RotationRepository, type Outcome, type Turn } from './rotation-repository.js';

const lookMs = 500;
/** The pauses between tries, in milliseconds, while waiting may help; half of each is random. */
const pausesMs = [500, 1000, 2000, 4000, 8000, 8000] as const;

/** Rotates one tenant's credential: it does the queue's work directly, beside the queue. */
@Injectable()
export class TenantRotation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly rotations: RotationRepository,
    private readonly requests: CredentialRotation,
    private readonly tasks: LifecycleTasks,
  ) {}

  async rotate(rotationId: string, origin: Origin, turn: Turn, isStopping: () => boolean): Promise<Outcome> {
    let failures = 0;
    while (!isStopping()) {
      let pauseMs = lookMs;
      try {
        const target = turn.targetGeneration ?? (await this.ask(rotationId, origin, turn));
        turn = { ...turn, targetGeneration: target };
        const state = await this.advance(turn.tenantId, target);
        if (state !== undefined) return { state };
        failures = 0;
      } catch (error) {
        if (error instanceof NotFound || error instanceof CredentialsNotRotatable) return { state: 'GONE' };
        const longMs = pausesMs[failures++];
        if (longMs === undefined || !(isTransient(error) || error instanceof ServerRests))
          return { state: 'FAILED', error: describeFailure(error) };
        pauseMs = longMs / 2 + (Math.random() * longMs) / 2;
      }
      await sleep(pauseMs);
    }
    return { state: 'STOPPED' };
  }

  /** Requests it once for each tenant of a rotation, in whichever process: a second request would rotate again. */
  private ask(rotationId: string, origin: Origin, turn: Turn): Promise<number> {
    return this.control.transaction(async () => {
      const { credentialGeneration, nextRoleName } = await this.requests.request(origin, turn.tenantId);
      const target = nextRoleName === null ? credentialGeneration : credentialGeneration + 1;
      await this.rotations.aim(rotationId, turn, target);
      return target;
    });
  }

  /** Does what is due now; undefined if more is to come. */
  private async advance(tenantId: string, target: number): Promise<'DONE' | 'GONE' | undefined> {
    const tenant = await this.control.client.tenant.findUnique({ where: { id: tenantId } });
    if (tenant === null || tenant.purgeStartedAt !== null) return 'GONE';
    const { generation, credentialGeneration, nextRoleName, formerRoleName } = tenant;
    if (credentialGeneration >= target && formerRoleName === null) return 'DONE';
    await this.tasks.run(nextRoleName === null ? 'retire' : 'rotate', { tenantId, generation });
    return undefined;
  }
}
