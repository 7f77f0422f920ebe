import { Module } from '@nestjs/common';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import { TenantDeedsModule } from '../tenants/tenants.module.js';
import { AdoptionRole } from './adoption-role.js';
import { AdoptionsController } from './adoptions.controller.js';
import { AdoptionPlace } from './adoption-place.js';
import { Adoptions } from './adoptions.service.js';

@Module({
  imports: [TenantDeedsModule],
  controllers: [AdoptionsController],
  providers: [AdoptionPlace, AdoptionRole, Adoptions, TenantRoleSpecs],
})
export class AdoptionsModule {}
