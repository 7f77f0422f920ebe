import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import type { NewTenant } from './new-tenant.js';

/** Raised when a job's tenant is no longer PROVISIONING, or has a newer generation: nothing is left to do. */
export class JobSuperseded extends Error {
  constructor(tenantId: string) {
    super(`Tenant ${tenantId} needs this job no longer.`);
    this.name = 'JobSuperseded';
  }
}

/**
 * Records a tenant's progress. The records are for people: in a crash PostgreSQL may lose the last few milliseconds of them
 * (`synchronous_commit` off), but then the steps run again anyway.
 */
@Injectable()
export class StepLog {
  constructor(private readonly control: ControlDatabase) {}

  /** The previous step is done, `next` begins. Throws JobSuperseded. */
  async begin(tenant: NewTenant, next: string, before: string | undefined): Promise<void> {
    const written = await this.control.client.$executeRaw`
      WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE "ProvisioningStep" s
         SET "status" = CASE s."name" WHEN ${next} THEN 'RUNNING' ELSE 'DONE' END::"StepStatus",
             "startedAt" = CASE s."name" WHEN ${next} THEN clock_timestamp() ELSE s."startedAt" END,
             "durationMs" = CASE s."name" WHEN ${next} THEN NULL
                            ELSE round(extract(epoch FROM clock_timestamp() - s."startedAt") * 1000) END,
             "error" = NULL
        FROM relaxed, "Tenant" t
       WHERE s."tenantId" = ${tenant.id}::uuid AND s."attempt" = ${tenant.attempt} AND s."name" IN (${next}, ${before ?? next})
         AND t."id" = s."tenantId" AND t."status" = ANY (${awaitsProvisioning.statuses}::text[]::"TenantStatus"[]) AND t."generation" = ${tenant.generation}`;
    if (written === 0) throw new JobSuperseded(tenant.id);
  }

  async fail(tenant: NewTenant, step: string, error: string): Promise<void> {
    await this.control.client.$executeRaw`
      UPDATE "ProvisioningStep"
         SET "status" = 'FAILED', "error" = ${error},
             "durationMs" = round(extract(epoch FROM clock_timestamp() - "startedAt") * 1000)
       WHERE "tenantId" = ${tenant.id}::uuid AND "attempt" = ${tenant.attempt} AND "name" = ${step}`;
  }
}
