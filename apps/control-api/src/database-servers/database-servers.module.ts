import { Module } from '@nestjs/common';
import { PoolerMetrics } from '../pooler/pooler-metrics.js';
import { WarmMetrics } from '../warm-databases/warm-metrics.js';
import { DatabaseServersController } from './database-servers.controller.js';
import { DatabaseServers } from './database-servers.service.js';
import { ServerMetrics } from './server-metrics.js';

@Module({
  controllers: [DatabaseServersController],
  providers: [DatabaseServers, ServerMetrics, WarmMetrics, PoolerMetrics],
})
export class DatabaseServersModule {}
