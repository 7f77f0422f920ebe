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
/** Added to the statement_timeout of tenants' roles, in milliseconds. */
const statementGraceMs = 5000;
/** Twice app-api's limit of a transaction. */
const longestTransactionMs = 60_000;
/** Far longer than a probe or a rotation needs. */
const strangersMs = 60_000;
/** Half as long again as app-api's connections live, and PgBouncer's with docker/pgbouncer (server_lifetime). */
const longestLifeMs = 900_000;
/** If the queue fills, some session does not read it. */
const suspiciousQueueUsage = 0.05;

@Module({
  providers: [BreachSearch, ControlEntrance, IsolationProbe, IsolationTurns, RoleProbe, ServerProbe],
  exports: [IsolationProbe],
})
class IsolationProbeModule {}

/** The API's part: shows breaches. */
@Module({
  imports: [IsolationProbeModule],
  controllers: [IsolationController],
  providers: [Isolation, IsolationMetrics],
})
export class IsolationModule {}

/** The workers' part: finds them. */
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
