import { Module } from '@nestjs/common';
import { PlanTenants } from './plan-tenants.js';
import { PlansController } from './plans.controller.js';
import { Plans } from './plans.service.js';

@Module({ controllers: [PlansController], providers: [PlanTenants, Plans], exports: [PlanTenants] })
export class PlansModule {}
