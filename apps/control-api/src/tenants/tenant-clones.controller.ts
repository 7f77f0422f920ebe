import { ApiAnswer, ApiProblems, CurrentActor, Idempotent, LocationOf, Roles, type Actor } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { PreferredWait } from './preferred-wait.js';
import { TenantClones } from './tenant-clones.js';
import { TenantDto } from './tenant.dto.js';
import { TenantViews } from './tenant-views.js';
import { CloneTenantDto } from './tenants.dto.js';

@ApiTags('tenants')
@Controller('tenants/:id/clone')
export class TenantClonesController {
  constructor(
    private readonly clones: TenantClones,
    private readonly views: TenantViews,
    private readonly wait: PreferredWait,
  ) {}

  @Post()
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((tenant: TenantDto) => `/tenants/${tenant.id}`)
  @ApiOperation({
    summary: 'Clone a tenant',
    description:
      'Makes a tenant of its own beside, with the state of one moment; the original serves all along. See its `provisioning`. Nobody has a password there: invite its admin with `admin-invitation`. Sessions, API keys, second factors and own addresses are left out, no mail leaves and webhooks are off until its admins want otherwise. Both helpdesks’ audit trails say so.\n\nWith `anonymize`, names, addresses and texts are others, the same ones for the same person; webhooks, drafts, notifications and what left by mail are missing, and its admin is a new one. Without it only an OWNER may clone. With Prefer: wait=N the answer waits until it is ready, at most N seconds (N ≤ 30).',
  })
  @ApiHeader({ name: 'Prefer', required: false, description: 'wait=N', schema: { type: 'string', example: 'wait=10' } })
  @ApiAnswer(201, TenantDto, 'With Prefer: wait, if the clone is ACTIVE in time.')
  @ApiAnswer(202, TenantDto, 'The clone is PROVISIONING or, with Prefer: wait, FAILED.')
  @ApiProblems('slug_taken', 'no_capacity', 'invalid_transition')
  async clone(
    @CurrentActor() actor: Actor,
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: CloneTenantDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantDto> {
    const answer = this.views.of(await this.clones.order({ actor, origin }, id, input));
    await this.wait.promise(answer, { request, reply });
    return answer;
  }
}
