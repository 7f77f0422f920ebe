import { Module } from '@nestjs/common';
import { TopTenantsController } from './top-tenants.controller.js';
import { TenantStorage } from './tenant-storage.js';
import { TopTenants } from './top-tenants.service.js';

@Module({ controllers: [TopTenantsController], providers: [TenantStorage, TopTenants], exports: [TenantStorage] })
export class UsageModule {}
