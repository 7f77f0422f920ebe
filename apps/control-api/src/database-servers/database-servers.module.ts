import { Module } from '@nestjs/common';
import { DatabaseServersController } from './database-servers.controller.js';
import { DatabaseServers } from './database-servers.service.js';

@Module({ controllers: [DatabaseServersController], providers: [DatabaseServers] })
export class DatabaseServersModule {}
