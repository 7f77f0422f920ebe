import { AccessTokens, Passwords } from '@helpdeskly/auth';
import { ControlDatabase, operatorSigningKeys, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import { Metrics } from '@helpdeskly/service';
import { QueueMetrics } from '@helpdeskly/queue';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { ArchiveStore } from '../archives/archive-store.js';
import { controlConfig, installationName } from '../configuration/tokens.js';
import { ControlDatabaseNotices } from '../control-database/control-database-notices.js';
import { ControlLocks } from '../locks/control-locks.js';
import { Poolers } from '../pooler/poolers.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ServerPreparation } from '../tenant-databases/server-preparation.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { TenantFiles } from '../tenant-databases/tenant-files.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import type { ControlPlane } from './control-plane.js';
import { PlaneMetrics } from './plane-metrics.js';

/** Only this module knows it, and closes it. */
const controlPlane = Symbol('ControlPlane');

/** What every feature needs, opened before Nest starts and closed after everything else. */
@Module({})
export class ControlPlaneModule implements OnApplicationShutdown {
  constructor(@Inject(controlPlane) private readonly plane: ControlPlane) {}

  static of(plane: ControlPlane): DynamicModule {
    const { control, secrets, catalog } = plane;
    const keys = operatorSigningKeys(control, catalog, secrets);
    const tokens = new AccessTokens(keys);
    catalog.onSigningKeysChange(() => tokens.forget());
    const shared = [
      { provide: controlConfig, useValue: plane.config },
      { provide: installationName, useValue: plane.installation },
      { provide: TenantMigrations, useValue: plane.migrations },
      { provide: ControlDatabase, useValue: control },
      { provide: ControlDatabaseNotices, useValue: plane.notices },
      { provide: Secrets, useValue: secrets },
      { provide: Passwords, useValue: plane.passwords },
      { provide: TenantCatalog, useValue: catalog },
      { provide: ServerConnections, useValue: plane.servers },
      { provide: ServerPreparation, useValue: plane.preparation },
      { provide: ControlLocks, useValue: plane.locks },
      { provide: TemplateDatabases, useValue: plane.templates },
      { provide: TenantFiles, useValue: new TenantFiles(plane.blobs) },
      { provide: ArchiveStore, useValue: new ArchiveStore(plane.archives, plane.installation) },
      { provide: Poolers, useValue: plane.poolers },
      { provide: AccessTokens, useValue: tokens },
      BackgroundMetrics,
      QueueMetrics,
    ];
    const metrics = {
      provide: PlaneMetrics,
      inject: [Metrics],
      useFactory: (registry: Metrics) => new PlaneMetrics(registry, plane, { keys, tokens }),
    };
    const providers = [{ provide: controlPlane, useValue: plane }, metrics, ...shared];
    return { module: ControlPlaneModule, global: true, providers, exports: shared };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.plane.close();
  }
}
