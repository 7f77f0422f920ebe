import { Module } from '@nestjs/common';
import { JobRunners } from '../queues/job-runner.js';
import { TenantDeedsModule } from '../tenants/tenants.module.js';
import { BulkRequests } from './bulk-requests.js';
import { BulkRunRepository } from './bulk-run-repository.js';
import { BulkRunner } from './bulk-runner.js';
import { BulkRunsController } from './bulk-runs.controller.js';
import { BulkRuns } from './bulk-runs.service.js';
import { BulkTenantsController } from './bulk-tenants.controller.js';
import { BulkTenants } from './bulk-tenants.js';
import { BulkWork } from './bulk-work.js';
import { TenantFile } from './tenant-file.js';
import { TenantImports } from './tenant-imports.js';

const work = [BulkRunRepository, BulkWork, TenantImports];

@Module({
  imports: [TenantDeedsModule],
  controllers: [BulkTenantsController, BulkRunsController],
  providers: [...work, BulkRequests, BulkRuns, BulkTenants, TenantFile],
})
export class BulkRunsModule {}

/** Carries out runs. */
@Module({ imports: [TenantDeedsModule], providers: [...work, BulkRunner, JobRunners] })
export class BulkRunWorkersModule {}
