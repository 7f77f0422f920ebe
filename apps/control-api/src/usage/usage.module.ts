import { Module, type DynamicModule } from '@nestjs/common';
import type { ControlPlane } from '../startup/control-plane.js';
import { TopTenantsController } from './top-tenants.controller.js';
import { TopTenants } from './top-tenants.service.js';

@Module({})
export class UsageModule {
  static of({ control, servers, config }: ControlPlane): DynamicModule {
    return {
      module: UsageModule,
      controllers: [TopTenantsController],
      providers: [{ provide: TopTenants, useValue: new TopTenants(control, servers, config.controlDatabaseUrl) }],
    };
  }
}
