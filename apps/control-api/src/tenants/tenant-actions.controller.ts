import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditEventDto } from '../audit/audit-event.dto.js';
import { AuditEvents } from '../audit/audit.service.js';
import { ListTenantEventsQuery } from '../audit/audit.dto.js';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { AdminInvitations } from './admin-invitation.js';
import { CredentialRotation } from './credential-rotation.js';
import { TenantDeletion } from './tenant-deletion.js';
import { TenantDto } from './tenant.dto.js';
import { TenantLifecycle } from './tenant-lifecycle.js';
import { AdminInvitationDto, SuspendTenantDto } from './tenants.dto.js';
import { Tenants } from './tenants.service.js';

@ApiTags('tenants')
@Controller('tenants/:id')
export class TenantActionsController {
  constructor(
    private readonly tenants: Tenants,
    private readonly lifecycle: TenantLifecycle,
    private readonly deletion: TenantDeletion,
    private readonly rotation: CredentialRotation,
    private readonly invitations: AdminInvitations,
    private readonly auditEvents: AuditEvents,
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
    return this.tenants.view(await this.lifecycle.retry(origin, id));
  }

  @Post('suspend')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lock the tenant’s users out', description: 'Within a second, on every process.' })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('invalid_transition')
  async suspend(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: SuspendTenantDto,
  ): Promise<TenantDto> {
    return this.tenants.view(await this.lifecycle.suspend(origin, id, input.reason));
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
    return this.tenants.view(await this.lifecycle.deactivate(origin, id));
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
    return this.tenants.view(await this.lifecycle.activate(origin, id));
  }

  @Post('restore')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a deletion back', description: 'Until purgeAt; gives back the former status.' })
  @ApiAnswer(200, TenantDto)
  @ApiProblems('invalid_transition', 'tenant_database_unavailable')
  async restore(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<TenantDto> {
    return this.tenants.view(await this.deletion.restore(origin, id));
  }

  @Post('credentials/rotate')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @LocationOf((tenant: TenantDto) => `/tenants/${tenant.id}`)
  @ApiOperation({
    summary: 'Replace the credential of the tenant’s database',
    description:
      'The new one serves before the old one dies; no request fails. Asked for while one runs, it joins that one: `credentialRotation` says how far that has got, and what is in its way.',
  })
  @ApiAnswer(202, TenantDto)
  @ApiProblems('invalid_transition')
  async rotate(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<TenantDto> {
    return this.tenants.view(await this.rotation.request(origin, id));
  }

  @Post('admin-invitation')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(201)
  @Idempotent(({ tenantId }: AdminInvitationDto) => tenantId)
  @ApiOperation({
    summary: 'Invite a tenant’s admin',
    description:
      'A token that sets a password once, within 7 days: for the admin whom the tenant began with, or its oldest one.',
  })
  @ApiAnswer(201, AdminInvitationDto)
  @ApiProblems('tenant_unavailable', 'tenant_database_unavailable')
  inviteAdmin(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<AdminInvitationDto> {
    return this.invitations.invite(origin, id);
  }

  @Get('events')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List the events of a tenant',
    description: 'Each event says what was done to the tenant, by whom, and when.',
  })
  @ApiPage(AuditEventDto)
  async events(@Param('id') id: string, @Query() query: ListTenantEventsQuery): Promise<Page<AuditEventDto>> {
    return this.auditEvents.listOf((await this.tenants.find(id)).id, query);
  }
}
