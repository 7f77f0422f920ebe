import { AccessTokens, Passwords } from '@helpdeskly/auth';
import { ControlDatabase, operatorSigningKeys, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import { Metrics } from '@helpdeskly/http';
import { QueueMetrics } from '@helpdeskly/queue';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ControlLocks } from '../locks/control-locks.js';
import { Poolers } from '../pooler/poolers.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import type { ControlPlane } from './control-plane.js';
import { PlaneMetrics } from './plane-metrics.js';

/** For whoever needs configuration, migrations or the installation's name. */
export const controlPlane = Symbol('ControlPlane');

/** What every feature stands on, opened before Nest starts and closed after everything else has ended. */
@Module({})
export class ControlPlaneModule implements OnApplicationShutdown {
  constructor(@Inject(controlPlane) private readonly plane: ControlPlane) {}

  static of(plane: ControlPlane): DynamicModule {
    const { control, secrets, passwords, catalog, servers, locks, templates, poolers } = plane;
    const keys = operatorSigningKeys(control, catalog, secrets);
    const tokens = new AccessTokens(keys);
    catalog.onSigningKeysChange(() => tokens.forget());
    const providers = [
      { provide: controlPlane, useValue: plane },
      { provide: ControlDatabase, useValue: control },
      { provide: Secrets, useValue: secrets },
      { provide: Passwords, useValue: passwords },
      { provide: TenantCatalog, useValue: catalog },
      { provide: ServerConnections, useValue: servers },
      { provide: ControlLocks, useValue: locks },
      { provide: TemplateDatabases, useValue: templates },
      { provide: Poolers, useValue: poolers },
      { provide: AccessTokens, useValue: tokens },
      BackgroundMetrics,
      QueueMetrics,
      {
        provide: PlaneMetrics,
        inject: [Metrics],
        useFactory: (metrics: Metrics) => new PlaneMetrics(metrics, plane, { keys, tokens }),
      },
    ];
    return { module: ControlPlaneModule, global: true, providers, exports: providers };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.plane.close();
  }
}
