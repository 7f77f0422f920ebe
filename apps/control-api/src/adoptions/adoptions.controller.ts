import { ApiAnswer, ApiProblems, Roles } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { TenantDto } from '../tenants/tenant.dto.js';
import { TenantViews } from '../tenants/tenant-views.js';
import { AdoptTenantDto } from './adoptions.dto.js';
import { Adoptions } from './adoptions.service.js';

@ApiTags('tenants')
@Controller('tenants/adopt')
export class AdoptionsController {
  constructor(
    private readonly adoptions: Adoptions,
    private readonly views: TenantViews,
  ) {}

  @Post()
  @Roles('OWNER')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take a tenant’s database into the catalog',
    description:
      'After an older control database was restored: for a database that GET /reconciliation shows as `unknown_tenant_database`. It must say that it belongs to a tenant of this installation that has served, by its comment and within.\n\nA tenant that the catalog does not know keeps its id; it is SUSPENDED if no role of it could log in. Its data key is lost, so sessions, second factors and keys of own mail domains are gone, and webhooks are off and have other secrets. A tenant that the catalog knows was moved since: the catalog then says where it is, and nothing else changes.',
  })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('not_found', 'slug_taken', 'invalid_reference', 'adoption_unavailable', 'tenant_database_unavailable')
  async adopt(@RequestOrigin() origin: Origin, @Body() input: AdoptTenantDto): Promise<TenantDto> {
    return this.views.of(await this.adoptions.adopt(origin, input));
  }
}
