import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditEventDto } from '../audit/audit-event.dto.js';
import { ListTenantEventsQuery } from '../audit/audit.dto.js';
import { AuditEvents } from '../audit/audit.service.js';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { AdminInvitations } from './admin-invitation.js';
import { CredentialRotation } from './credential-rotation.js';
import { TenantDto } from './tenant.dto.js';
import { AdminInvitationDto } from './tenants.dto.js';
import { Tenants } from './tenants.service.js';

/** Who can read a tenant's data, and what was done to it. Generated clients know these operations as TenantActions'. */
@ApiTags('tenants')
@Controller('tenants/:id')
export class TenantAccessController {
  constructor(
    private readonly tenants: Tenants,
    private readonly rotation: CredentialRotation,
    private readonly invitations: AdminInvitations,
    private readonly auditEvents: AuditEvents,
  ) {}

  @Post('credentials/rotate')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @LocationOf((tenant: TenantDto) => `/tenants/${tenant.id}`)
  @ApiOperation({
    operationId: 'TenantActions_rotate',
    summary: 'Replace the credential of the tenant’s database',
    description:
      'The new credential is in use before the former one ends, so no request fails. If a rotation is under way, the answer is that one. `credentialRotation` shows its progress and what delays it.',
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
    operationId: 'TenantActions_inviteAdmin',
    summary: 'Invite a tenant’s admin',
    description:
      'Answers a token that sets a password once, within 7 days. It is for the first admin of the tenant or, if that one is gone, the oldest.',
  })
  @ApiAnswer(201, AdminInvitationDto)
  @ApiProblems('tenant_unavailable', 'tenant_database_unavailable')
  inviteAdmin(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<AdminInvitationDto> {
    return this.invitations.invite(origin, id);
  }

  @Get('events')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    operationId: 'TenantActions_events',
    summary: 'List the events of a tenant',
    description: 'Each event says what was done to the tenant, by whom, and when.',
  })
  @ApiPage(AuditEventDto)
  async events(@Param('id') id: string, @Query() query: ListTenantEventsQuery): Promise<Page<AuditEventDto>> {
    return this.auditEvents.listOf((await this.tenants.find(id)).id, query);
  }
}
