import type { ControlConfig } from '@helpdeskly/config';
import { Metrics } from '@helpdeskly/service';
import { Module } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { BreachSearch } from './breach-search.js';
import { ControlEntrance } from './control-entrance.js';
import { IsolationMetrics } from './isolation-metrics.js';
import { IsolationProbe } from './isolation-probe.js';
import { IsolationTurns } from './isolation-turns.js';
import { IsolationController } from './isolation.controller.js';
import { Isolation } from './isolation.service.js';
import { RoleProbe } from './role-probe.js';
import { ServerProbe } from './server-probe.js';
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

@Module({
  providers: [BreachSearch, ControlEntrance, IsolationProbe, IsolationTurns, RoleProbe, ServerProbe],
  exports: [IsolationProbe],
})
class IsolationProbeModule {}

/** What is known of breaches: for the API. */
@Module({
  imports: [IsolationProbeModule],
  controllers: [IsolationController],
  providers: [Isolation, IsolationMetrics],
})
export class IsolationModule {}

/** Who looks for them. */
@Module({
  imports: [IsolationProbeModule],
  providers: [
    {
      provide: isolationWatch,
      inject: [BackgroundMetrics, IsolationProbe, controlConfig],
      useFactory: (background: BackgroundMetrics, probe: IsolationProbe, { isolationProbeIntervalMs }: ControlConfig) =>
        new BackgroundWatch(background, 'isolation_probe', () => probe.run(), isolationProbeIntervalMs),
    },
    {
      provide: SessionWatch,
      inject: [ServerConnections, ControlLocks, Metrics, controlConfig],
      useFactory: (
        servers: ServerConnections,
        locks: ControlLocks,
        { registry }: Metrics,
        { tenantQueryTimeoutMs }: ControlConfig,
      ) => {
        const limits = {
          statementMs: tenantQueryTimeoutMs + statementGraceMs,
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
      inject: [BackgroundMetrics, SessionWatch, controlConfig],
      useFactory: (background: BackgroundMetrics, watch: SessionWatch, { sessionWatchIntervalMs }: ControlConfig) =>
        new BackgroundWatch(background, 'session_watch', () => watch.run(), sessionWatchIntervalMs),
    },
  ],
})
export class IsolationWorkersModule {}
