import { Module, type DynamicModule } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { IsolationMetrics } from './isolation-metrics.js';
import { IsolationProbe } from './isolation-probe.js';
import { IsolationController } from './isolation.controller.js';
import { Isolation } from './isolation.service.js';

const isolationWatch = Symbol('isolation watch');

function probeOf({ config, control, secrets, servers, locks, templates }: ControlPlane): IsolationProbe {
  return new IsolationProbe(control, secrets, servers, locks, templates, config.controlDatabaseUrl);
}

/** What is known of breaches: for the API. */
@Module({})
export class IsolationModule {
  static of(plane: ControlPlane): DynamicModule {
    return {
      module: IsolationModule,
      controllers: [IsolationController],
      providers: [{ provide: IsolationProbe, useValue: probeOf(plane) }, Isolation, IsolationMetrics],
    };
  }
}

/** Who looks for them. */
@Module({})
export class IsolationWorkersModule {
  static of(plane: ControlPlane): DynamicModule {
    return {
      module: IsolationWorkersModule,
      providers: [
        {
          provide: isolationWatch,
          inject: [BackgroundMetrics],
          useFactory: (background: BackgroundMetrics) => {
            const probe = probeOf(plane);
            const { isolationProbeIntervalMs: interval } = plane.config;
            return new BackgroundWatch(background, 'isolation_probe', () => probe.run(), interval);
          },
        },
      ],
    };
  }
}
