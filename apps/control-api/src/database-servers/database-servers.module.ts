import { Module } from '@nestjs/common';
import { DatabaseServersController } from './database-servers.controller.js';
import { DatabaseServers } from './database-servers.service.js';
import { ServerMetrics } from './server-metrics.js';

@Module({ controllers: [DatabaseServersController], providers: [DatabaseServers, ServerMetrics] })
export class DatabaseServersModule {}
