import { Module } from '@nestjs/common';
import { PoolerMetrics } from '../pooler/pooler-metrics.js';
import { WarmMetrics } from '../warm-databases/warm-metrics.js';
import { DatabaseServersController } from './database-servers.controller.js';
import { DatabaseServers } from './database-servers.service.js';
import { ServerChanges } from './server-changes.js';
import { ServerMetrics } from './server-metrics.js';
import { ServerRegistration } from './server-registration.js';
import { ServerSessionsController } from './server-sessions.controller.js';
import { ConnectedTenants } from './server-sessions.service.js';

@Module({
  controllers: [DatabaseServersController, ServerSessionsController],
  providers: [
    ConnectedTenants,
    DatabaseServers,
    ServerRegistration,
    ServerChanges,
    ServerMetrics,
    WarmMetrics,
    PoolerMetrics,
  ],
})
export class DatabaseServersModule {}
