import { describeFailure } from '@helpdeskly/database';
import { inSpan } from '@helpdeskly/telemetry';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import type { NewTenant } from './new-tenant.js';
import { ProvisioningRuns } from './provisioning-runs.js';
import { stepsOf } from './provisioning-steps.js';
import { StepFailed } from './step-failed.js';
import { JobSuperseded, StepLog } from './step-log.js';

/** Runs the steps for a tenant. */
@Injectable()
export class Provisioner {
  constructor(
    private readonly servers: ServerConnections,
    private readonly runs: ProvisioningRuns,
    private readonly steps: StepLog,
    private readonly metrics: ProvisioningMetrics,
  ) {}

  /** Throws StepFailed, ServerRests, and JobSuperseded if the tenant has changed meanwhile. */
  async provision(tenant: NewTenant): Promise<void> {
    if (tenant.copyOfId === null) return this.servers.breaker.run(tenant.serverId, () => this.take(tenant));
    await this.servers.reach(tenant.serverId);
    await this.servers.breaker.beside(tenant.serverId, () => this.take(tenant)); // It takes as long as its archive is large.
  }

  private async take(tenant: NewTenant): Promise<void> {
    const run = await this.record(tenant, 'ensureRole', () => this.runs.open(tenant));
    const facts = { 'helpdeskly.tenant': tenant.slug, 'helpdeskly.attempt': tenant.attempt };
    let before: string | undefined;
    try {
      for (const step of stepsOf(tenant)) {
        await this.steps.begin(tenant, step.name, before);
        await inSpan(`step ${step.name}`, facts, () =>
          this.metrics.time(step.name, () => this.record(tenant, step.name, () => step(run))),
        );
        before = step.name;
      }
    } finally {
      await run.database.close();
    }
  }

  private async record<T>(tenant: NewTenant, name: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof JobSuperseded) throw error;
      await this.steps.fail(tenant, name, describeFailure(error));
      throw new StepFailed(name, error);
    }
  }
}
