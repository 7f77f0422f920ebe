import { ApiAnswer, ApiPage, ApiProblems, Idempotent, IfMatch, LocationOf, Roles, type Page } from '@helpdeskly/http';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { TenantDto } from './tenant.dto.js';
import { TenantChanges } from './tenant-changes.js';
import { TenantCreation } from './tenant-creation.js';
import { PurgeGuard } from './purge.guard.js';
import { TenantDeletion } from './tenant-deletion.js';
import { ChangeTenantDto, CreateTenantDto, DeleteTenantQuery, ListTenantsQuery } from './tenants.dto.js';
import { Tenants } from './tenants.service.js';

@ApiTags('tenants')
@Controller('tenants')
export class TenantsController {
  constructor(
    private readonly tenants: Tenants,
    private readonly creation: TenantCreation,
    private readonly changes: TenantChanges,
    private readonly deletion: TenantDeletion,
  ) {}

  @Post()
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((tenant: TenantDto) => `/tenants/${tenant.id}`)
  @ApiOperation({
    summary: 'Create a tenant',
    description:
      'The database is created in the background. With Prefer: wait=N the answer waits until it is ready, at most N seconds (N ≤ 30).',
  })
  @ApiHeader({ name: 'Prefer', required: false, description: 'wait=N', schema: { type: 'string', example: 'wait=10' } })
  @ApiAnswer(201, TenantDto, 'With Prefer: wait, if the tenant is ACTIVE in time.')
  @ApiAnswer(202, TenantDto, 'The tenant is PROVISIONING or, with Prefer: wait, FAILED.')
  @ApiProblems('slug_taken', 'no_capacity', 'login_busy', 'invalid_reference')
  create(
    @RequestOrigin() origin: Origin,
    @Body() input: CreateTenantDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantDto> {
    return this.creation.create(origin, input, { request, reply });
  }

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List tenants', description: 'Newest first unless `sort` says otherwise.' })
  @ApiPage(TenantDto)
  list(@Query() query: ListTenantsQuery): Promise<Page<TenantDto>> {
    return this.tenants.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'Read a tenant', description: 'By its id or its slug.' })
  @ApiAnswer(200, TenantDto)
  find(@Param('id') id: string): Promise<TenantDto> {
    return this.tenants.read(id);
  }

  @Patch(':id')
  @Roles('OWNER', 'OPERATOR')
  @ApiOperation({
    summary: 'Change a tenant',
    description: 'Changes name, plan, limits or backup policy. New limits count at once. The slug never changes.',
  })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The version that the change is meant for.',
    schema: { type: 'string' },
  })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('tenant_database_unavailable', 'invalid_reference')
  async change(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: ChangeTenantDto,
    @IfMatch() version: number | undefined,
  ): Promise<TenantDto> {
    return this.tenants.view(await this.changes.change(origin, id, input, version));
  }

  @Delete(':id')
  @Roles('OWNER', 'OPERATOR')
  @UseGuards(PurgeGuard)
  @HttpCode(202)
  @LocationOf((tenant: TenantDto) => `/tenants/${tenant.id}`)
  @ApiOperation({
    summary: 'Delete a tenant',
    description:
      'Locks the users out at once and keeps the database until purgeAt. Until then the tenant can be restored; after that it no longer exists. Its backups stay until they expire, unless `backups` says otherwise.',
  })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The version that the deletion is meant for.',
    schema: { type: 'string' },
  })
  @ApiAnswer(202, TenantDto)
  @ApiProblems('invalid_transition')
  async delete(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Query() { purge, backups }: DeleteTenantQuery,
    @IfMatch() version: number | undefined,
  ): Promise<TenantDto> {
    return this.tenants.view(
      await this.deletion.delete(origin, id, { now: purge === 'now', withBackups: backups === 'delete', version }),
    );
  }
}
