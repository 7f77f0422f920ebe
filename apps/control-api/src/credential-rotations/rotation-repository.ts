import { ControlDatabase, type CredentialRotation } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** A tenant whose turn it is. */
export interface Turn {
  readonly tenantId: string;
  /** The generation that its credential must reach, if the rotation was already requested. */
  readonly targetGeneration: number | null;
  /** The number of this take: if another process has taken the tenant since, nothing is written. */
  readonly takes: number;
}

/** How a turn ended. GONE: there is no credential to rotate any more. STOPPED: the next process continues. */
export type Outcome =
  | { readonly state: 'DONE' }
  | { readonly state: 'FAILED'; readonly error: string }
  | { readonly state: 'GONE' }
  | { readonly state: 'STOPPED' };

/** The state of each tenant of a rotation, in the control database: a process that takes over reads it. */
@Injectable()
export class RotationRepository {
  constructor(private readonly control: ControlDatabase) {}

  /** Rotations that need a process: running ones, and those whose last process left tenants unfinished. */
  async open(): Promise<readonly string[]> {
    const rows = await this.control.client.credentialRotation.findMany({
      where: { OR: [{ status: 'RUNNING' }, { tenants: { some: { state: 'RUNNING' } } }] },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  find(id: string): Promise<CredentialRotation | null> {
    return this.control.client.credentialRotation.findUnique({ where: { id } });
  }

  /** Resets tenants that a vanished process had taken. */
  async releaseAbandoned(rotationId: string): Promise<void> {
    const where = { rotationId, state: 'RUNNING' } as const;
    await this.control.client.tenantCredentialRotation.updateMany({ where, data: { state: 'PENDING' } });
  }

  /**
   * Takes the next tenant; undefined if none waits or the rotation has ended. MATERIALIZED chooses it once: a
   * join may run a subquery again for each row, and would choose another tenant each time.
   */
  async take(rotationId: string): Promise<Turn | undefined> {
    const [turn] = await this.control.client.$queryRaw<Turn[]>`
      WITH next AS MATERIALIZED (
        SELECT w."tenantId" FROM "TenantCredentialRotation" w
          JOIN "CredentialRotation" r ON r."id" = w."rotationId" AND r."status" = 'RUNNING'
         WHERE w."rotationId" = ${rotationId}::uuid AND w."state" = 'PENDING'
         ORDER BY w."position" LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
      UPDATE "TenantCredentialRotation" t SET "state" = 'RUNNING', "takes" = t."takes" + 1 FROM next
       WHERE t."rotationId" = ${rotationId}::uuid AND t."tenantId" = next."tenantId"
      RETURNING t."tenantId"::text AS "tenantId", t."targetGeneration", t."takes"`;
    return turn;
  }

  /** Stores the generation that a tenant's credential must reach, in the transaction that requests it. */
  async aim(rotationId: string, { tenantId, takes }: Turn, targetGeneration: number): Promise<void> {
    const where = { rotationId, tenantId, takes };
    await this.control.client.tenantCredentialRotation.updateMany({ where, data: { targetGeneration } });
  }

  async settle(rotationId: string, { tenantId, takes }: Turn, outcome: Outcome): Promise<void> {
    const { tenantCredentialRotation } = this.control.client;
    const where = { rotationId, tenantId, takes, state: 'RUNNING' } as const;
    if (outcome.state === 'GONE') {
      await tenantCredentialRotation.deleteMany({ where });
      return;
    }
    const data = outcome.state === 'STOPPED' ? { state: 'PENDING' as const } : outcome;
    await tenantCredentialRotation.updateMany({ where, data });
  }

  /** Ends a rotation when all of its tenants are done. */
  async finish(id: string): Promise<void> {
    await this.control.transaction(async (tx) => {
      const failed = await tx.tenantCredentialRotation.count({ where: { rotationId: id, state: 'FAILED' } });
      const status = failed > 0 ? 'FAILED' : 'SUCCEEDED';
      const now = new Date();
      const { count } = await tx.credentialRotation.updateMany({
        where: { id, status: 'RUNNING', tenants: { none: { state: { in: ['PENDING', 'RUNNING'] } } } },
        data: { status, version: { increment: 1 }, updatedAt: now, finishedAt: now },
      });
      if (count === 0) return;
      await recordSystemEvent(tx, {
        action: `credential_rotation.${status.toLowerCase()}`,
        details: { id, ...(failed > 0 ? { failed } : {}) },
      });
    });
  }
}
