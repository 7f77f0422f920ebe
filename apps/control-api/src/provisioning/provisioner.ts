import { describeFailure } from '@helpdeskly/database';
import type { TenantJob } from '@helpdeskly/queue';
import { inSpan } from '@helpdeskly/telemetry';
import type { ControlPlane } from '../startup/control-plane.js';
import { migratorName } from '../server-connections/tenant-server.js';
import { ownershipMarker } from '../tenant-databases/names.js';
import { WarmDatabases } from '../warm-databases/warm-databases.js';
import { StepFailed } from './step-failed.js';
import { assertNewestSchema } from './newest-schema.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import { ChosenTemplate, SharedConnection, type NewTenant, type ProvisioningRun } from './provisioning-run.js';
import { provisioning } from './provisioning-steps.js';
import { JobSuperseded, StepLog } from './step-log.js';

/** Takes a tenant through the steps. */
export class Provisioner {
  private readonly steps: StepLog;

  constructor(
    private readonly plane: ControlPlane,
    private readonly warm: WarmDatabases,
    private readonly metrics: ProvisioningMetrics,
  ) {
    this.steps = new StepLog(plane.control);
  }

  /** The tenant that a job is about, or undefined when the tenant needs that job no longer. */
  async find({ tenantId, generation }: TenantJob): Promise<(NewTenant & { roleSecret: string }) | undefined> {
    const where = { id: tenantId, generation, status: 'PROVISIONING' } as const;
    return (await this.plane.control.client.tenant.findFirst({ where })) ?? undefined;
  }

  /** Throws StepFailed, ServerRests, and JobSuperseded when the tenant moved on meanwhile. */
  async provision(tenant: NewTenant & { roleSecret: string }): Promise<void> {
    await this.plane.servers.breaker.run(tenant.serverId, () => this.take(tenant));
  }

  private async take(tenant: NewTenant & { roleSecret: string }): Promise<void> {
    const run = await this.record(tenant, provisioning[0].name, () => this.open(tenant));
    const facts = { 'helpdeskly.tenant': tenant.slug, 'helpdeskly.attempt': tenant.attempt };
    let before: string | undefined;
    try {
      for (const step of provisioning) {
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

  private async open(tenant: NewTenant & { roleSecret: string }): Promise<ProvisioningRun> {
    const { control, secrets, servers, templates, poolers, installation, migrations, config } = this.plane;
    const server = await servers.server(tenant.serverId);
    const template = new ChosenTemplate(templates, server);
    return {
      tenant,
      server,
      control,
      template,
      poolers,
      warm: this.warm,
      assertNewestSchema: async () => assertNewestSchema(control, migrations, (await template.get()).migrations),
      statementTimeoutMs: config.tenantQueryTimeoutMs,
      database: new SharedConnection(() => server.connect(tenant.databaseName, undefined, migratorName)),
      password: secrets.open(tenant.roleSecret, tenant.id),
      marker: ownershipMarker(installation, tenant.id),
    };
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
