import { Module } from '@nestjs/common';
import { FleetLanes } from './fleet-lanes.js';
import { FleetQueriesController } from './fleet-queries.controller.js';
import { FleetQueries } from './fleet-queries.service.js';
import { SupportLogins } from './support-logins.js';
import { TenantQuery } from './tenant-query.js';

@Module({ controllers: [FleetQueriesController], providers: [FleetLanes, FleetQueries, SupportLogins, TenantQuery] })
export class FleetQueriesModule {}
