import { Module } from '@nestjs/common';
import { JobRunners } from '../queues/job-runner.js';
import { MigrationCauses } from './migration-causes.js';
import { MigrationList } from './migration-list.js';
import { MigrationMetrics } from './migration-metrics.js';
import { MigrationRunOrders } from './migration-run-orders.js';
import { MigrationRunRepository } from './migration-run-repository.js';
import { MigrationRunner } from './migration-runner.js';
import { MigrationRunsController } from './migration-runs.controller.js';
import { MigrationRuns } from './migration-runs.service.js';
import { MigrationsController } from './migrations.controller.js';
import { RolloutRepository } from './rollout-repository.js';
import { Rollouts } from './rollout.js';
import { RunDriver } from './run-driver.js';
import { RunStreams } from './run-streams.js';
import { LaneTools } from './server-lane.js';
import { TenantMigrator } from './tenant-migrator.js';
import { UpgradeDemands } from './upgrade-demands.js';

@Module({
  controllers: [MigrationsController, MigrationRunsController],
  providers: [MigrationCauses, MigrationList, MigrationRuns, MigrationRunOrders, RunStreams],
})
export class MigrationsModule {}

/** Drives migration runs. */
@Module({
  providers: [
    JobRunners,
    LaneTools,
    MigrationMetrics,
    MigrationRunRepository,
    MigrationRunner,
    RolloutRepository,
    Rollouts,
    RunDriver,
    TenantMigrator,
    UpgradeDemands,
  ],
})
export class MigrationWorkersModule {}
