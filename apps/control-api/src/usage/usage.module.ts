import { Module, type DynamicModule } from '@nestjs/common';
import type { ControlPlane } from '../startup/control-plane.js';
import { TopTenantsController } from './top-tenants.controller.js';
import { TenantStorage } from './tenant-storage.js';
import { TopTenants } from './top-tenants.service.js';

@Module({})
export class UsageModule {
  static of({ control, servers, config }: ControlPlane): DynamicModule {
    const storage = new TenantStorage(control, servers);
    const topTenants = new TopTenants(control, servers, storage, config.controlDatabaseUrl);
    return {
      module: UsageModule,
      controllers: [TopTenantsController],
      providers: [{ provide: TopTenants, useValue: topTenants }],
    };
  }
}
