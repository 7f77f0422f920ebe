import { Module } from '@nestjs/common';
import { PlanDefaults } from './plan-defaults.js';
import { PlanTenants } from './plan-tenants.js';
import { PlansController } from './plans.controller.js';
import { Plans } from './plans.service.js';

/** How a plan's limits reach its tenants. */
@Module({ providers: [PlanTenants], exports: [PlanTenants] })
export class PlanTenantsModule {}

@Module({ imports: [PlanTenantsModule], controllers: [PlansController], providers: [PlanDefaults, Plans] })
export class PlansModule {}
