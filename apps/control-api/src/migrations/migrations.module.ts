import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics } from '@helpdeskly/http';
import { Module, type DynamicModule } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { MigrationDriver } from './migration-driver.js';
import { MigrationList } from './migration-list.js';
import { MigrationMetrics } from './migration-metrics.js';
import { MigrationRunOrders } from './migration-run-orders.js';
import { MigrationRunsController } from './migration-runs.controller.js';
import { MigrationRuns } from './migration-runs.service.js';
import { MigrationsController } from './migrations.controller.js';
import { UpgradeDemands } from './upgrade-demands.js';

@Module({
  controllers: [MigrationsController, MigrationRunsController],
  providers: [MigrationList, MigrationRuns, MigrationRunOrders],
})
export class MigrationsModule {}

/** Those who carry migration runs out. */
@Module({})
export class MigrationWorkersModule {
  static of({ config, migrations, installation }: ControlPlane): DynamicModule {
    return {
      module: MigrationWorkersModule,
      providers: [
        MigrationMetrics,
        {
          provide: UpgradeDemands,
          inject: [ControlDatabase, Metrics],
          useFactory: (control: ControlDatabase, metrics: Metrics) =>
            new UpgradeDemands(control, config.controlDatabaseUrl, metrics),
        },
        {
          provide: MigrationDriver,
          inject: [
            ControlDatabase,
            ServerConnections,
            ControlLocks,
            TemplateDatabases,
            BackgroundMetrics,
            MigrationMetrics,
          ],
          useFactory: (
            control: ControlDatabase,
            servers: ServerConnections,
            locks: ControlLocks,
            templates: TemplateDatabases,
            background: BackgroundMetrics,
            metrics: MigrationMetrics,
          ) => new MigrationDriver(control, servers, locks, templates, migrations, installation, background, metrics),
        },
      ],
    };
  }
}
