import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { ServerConnections } from '../database-servers/server-connections.js';
import { Poolers } from '../pooler/poolers.js';
import type { TenantJob } from '../queues/tenant-jobs.js';
import { ownershipMarker } from '../tenant-databases/names.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { StepFailed, describeFailure } from './failure.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import { SharedConnection, type NewTenant, type ProvisioningRun } from './provisioning-run.js';
import { provisioning } from './provisioning-steps.js';
import { JobSuperseded, StepLog } from './step-log.js';

export interface ProvisioningSettings {
  readonly installation: string;
  readonly migrations: readonly Migration[];
  readonly statementTimeoutMs: number;
}

/** Takes a tenant through the steps. */
export class Provisioner {
  private readonly steps: StepLog;

  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly servers: ServerConnections,
    private readonly templates: TemplateDatabases,
    private readonly poolers: Poolers,
    private readonly metrics: ProvisioningMetrics,
    private readonly settings: ProvisioningSettings,
  ) {
    this.steps = new StepLog(control);
  }

  /** The tenant that a job is about, or undefined when the tenant needs that job no longer. */
  async find({ tenantId, generation }: TenantJob): Promise<(NewTenant & { roleSecret: string }) | undefined> {
    const where = { id: tenantId, generation, status: 'PROVISIONING' } as const;
    return (await this.control.client.tenant.findFirst({ where })) ?? undefined;
  }

  /** Throws StepFailed, and JobSuperseded when the tenant moved on meanwhile. */
  async provision(tenant: NewTenant & { roleSecret: string }): Promise<void> {
    const run = await this.record(tenant, provisioning[0].name, () => this.open(tenant));
    let before: string | undefined;
    try {
      for (const step of provisioning) {
        await this.steps.begin(tenant, step.name, before);
        await this.metrics.time(step.name, () => this.record(tenant, step.name, () => step(run)));
        before = step.name;
      }
    } finally {
      await run.database.close();
    }
  }

  private async open(tenant: NewTenant & { roleSecret: string }): Promise<ProvisioningRun> {
    const { installation, migrations, statementTimeoutMs } = this.settings;
    const server = await this.servers.server(tenant.serverId);
    return {
      tenant,
      server,
      control: this.control,
      templates: this.templates,
      poolers: this.poolers,
      migrations,
      statementTimeoutMs,
      database: new SharedConnection(() => server.connect(tenant.databaseName)),
      password: this.secrets.open(tenant.roleSecret, tenant.id),
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
