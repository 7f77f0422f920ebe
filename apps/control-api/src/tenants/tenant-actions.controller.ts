import { ApiAnswer, ApiProblems, LocationOf, Roles } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { TenantDeletion } from './tenant-deletion.js';
import { TenantDto } from './tenant.dto.js';
import { TenantLifecycle } from './tenant-lifecycle.js';
import { TenantViews } from './tenant-views.js';
import { SuspendTenantDto } from './tenants.dto.js';

@ApiTags('tenants')
@Controller('tenants/:id')
export class TenantActionsController {
  constructor(
    private readonly views: TenantViews,
    private readonly lifecycle: TenantLifecycle,
    private readonly deletion: TenantDeletion,
  ) {}

  @Post('retry')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @LocationOf((tenant: TenantDto) => `/tenants/${tenant.id}`)
  @ApiOperation({
    summary: 'Provision a FAILED tenant again',
    description: 'Starts a new attempt, which keeps what the former one completed.',
  })
  @ApiAnswer(202, TenantDto)
  @ApiProblems('invalid_transition')
  async retry(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<TenantDto> {
    return this.views.of(await this.lifecycle.retry(origin, id));
  }

  @Post('suspend')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Suspend a tenant',
    description: 'The tenant becomes SUSPENDED: its users are locked out within a second, on every process.',
  })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('invalid_transition')
  async suspend(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: SuspendTenantDto,
  ): Promise<TenantDto> {
    return this.views.of(await this.lifecycle.suspend(origin, id, input.reason));
  }

  @Post('deactivate')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Deactivate a tenant',
    description: 'The tenant becomes INACTIVE: its users are locked out within a second, on every process.',
  })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('invalid_transition')
  async deactivate(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<TenantDto> {
    return this.views.of(await this.lifecycle.deactivate(origin, id));
  }

  @Post('activate')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Activate a tenant',
    description: 'A SUSPENDED or INACTIVE tenant becomes ACTIVE: its users can sign in again.',
  })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('invalid_transition', 'tenant_database_unavailable')
  async activate(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<TenantDto> {
    return this.views.of(await this.lifecycle.activate(origin, id));
  }

  @Post('restore')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Restore a deleted tenant',
    description: 'Works until purgeAt. The tenant returns to its former status.',
  })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('invalid_transition', 'tenant_database_unavailable')
  async restore(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<TenantDto> {
    return this.views.of(await this.deletion.restore(origin, id));
  }
}
