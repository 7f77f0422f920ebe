import { Metrics } from '@helpdeskly/http';
import { Module, type DynamicModule } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { IsolationMetrics } from './isolation-metrics.js';
import { IsolationProbe } from './isolation-probe.js';
import { IsolationController } from './isolation.controller.js';
import { Isolation } from './isolation.service.js';
import { SessionWatch } from './session-watch.js';

const isolationWatch = Symbol('isolation watch');
const sessionWatch = Symbol('session watch');
/** Beyond the statement_timeout of tenants' roles, in milliseconds. */
const statementGraceMs = 5000;
/** Twice what app-api gives a transaction. */
const longestTransactionMs = 60_000;
/** Far longer than a probe or a rotation needs. */
const strangersMs = 60_000;
/** Half as long again as app-api's connections live, and those of PgBouncer by docker/pgbouncer (server_lifetime). */
const longestLifeMs = 900_000;
/** A queue that fills is somebody's who does not let go of it. */
const suspiciousQueueUsage = 0.05;

function probeOf({ config, control, secrets, servers, locks, templates }: ControlPlane): IsolationProbe {
  return new IsolationProbe(
    control,
    secrets,
    servers,
    locks,
    templates,
    config.controlDatabaseUrl,
    config.isolationProbeIntervalMs,
  );
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
        {
          provide: SessionWatch,
          inject: [Metrics],
          useFactory: ({ registry }: Metrics) => {
            const { servers, locks, config } = plane;
            const limits = {
              statementMs: config.tenantQueryTimeoutMs + statementGraceMs,
              transactionMs: longestTransactionMs,
              strangerMs: strangersMs,
              ageMs: longestLifeMs,
              queueUsage: suspiciousQueueUsage,
            };
            return new SessionWatch(servers, locks, limits, registry);
          },
        },
        {
          provide: sessionWatch,
          inject: [BackgroundMetrics, SessionWatch],
          useFactory: (background: BackgroundMetrics, watch: SessionWatch) =>
            new BackgroundWatch(background, 'session_watch', () => watch.run(), plane.config.sessionWatchIntervalMs),
        },
      ],
    };
  }
}
