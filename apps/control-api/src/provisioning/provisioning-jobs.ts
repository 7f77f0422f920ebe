import { ArchiveInvalid, SnapshotInTheWay } from '@helpdeskly/archive';
import { ControlDatabase } from '@helpdeskly/catalog';
import type { JobOutcome, TenantJob } from '@helpdeskly/queue';
import { Injectable, Logger } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import { isTransient } from '../tenant-databases/transient-failure.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import { failTenant } from './activation.js';
import { SchemaMovedOn } from './newest-schema.js';
import { Provisioner } from './provisioner.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import { maxAttempts } from './provisioning-queue.js';
import type { NewTenant } from './new-tenant.js';
import { StepFailed } from './step-failed.js';
import { JobSuperseded } from './step-log.js';

/** How often a job runs if it ends the same way each time. */
const stubbornAttempts = 3;

/** Runs one job. Only this class makes a tenant FAILED, after its steps have failed often enough. */
@Injectable()
export class ProvisioningJobs {
  private readonly log = new Logger('ProvisioningWorker');

  constructor(
    private readonly control: ControlDatabase,
    private readonly provisioner: Provisioner,
    private readonly metrics: ProvisioningMetrics,
  ) {}

  /** Throws StepFailed if the next run may end differently, and UnrecoverableError once the tenant is FAILED. */
  async run(job: Job<TenantJob>): Promise<JobOutcome> {
    const tenant = await this.find(job.data);
    if (tenant === undefined) return 'superseded';
    try {
      await this.provisioner.provision(tenant);
      this.metrics.finished('ACTIVE');
      this.log.log({ msg: 'A tenant is active.', tenant: tenant.slug, tenantId: tenant.id });
      return 'done';
    } catch (error) {
      if (error instanceof JobSuperseded) return 'superseded';
      if (!(error instanceof StepFailed) || !this.isLast(job, error)) throw error;
      await failTenant(this.control, tenant, error.message);
      this.metrics.finished('FAILED');
      this.log.error({ msg: `A tenant failed at ${error.message}`, tenant: tenant.slug, tenantId: tenant.id });
      throw new UnrecoverableError(error.message);
    }
  }

  /** The job's tenant, or undefined if the tenant no longer needs the job. */
  private async find({ tenantId, generation }: TenantJob): Promise<NewTenant | undefined> {
    const where = { id: tenantId, generation, status: { in: awaitsProvisioning.statuses } };
    return (await this.control.client.tenant.findFirst({ where })) ?? undefined;
  }

  private isLast(job: Job<TenantJob>, error: StepFailed): boolean {
    if (error.cause instanceof ArchiveInvalid) return true;
    return job.attemptsMade + 1 >= (mayPass(error.cause) ? maxAttempts : stubbornAttempts);
  }
}

/** Whether the next run may end differently: after SchemaMovedOn it uses the newer schema, after SnapshotInTheWay nobody waits. */
function mayPass(cause: unknown): boolean {
  return cause instanceof SchemaMovedOn || cause instanceof SnapshotInTheWay || isTransient(cause);
}
