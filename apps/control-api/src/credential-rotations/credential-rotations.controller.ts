import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import {
  CreateCredentialRotationDto,
  CredentialRotationDto,
  CredentialRotationReportDto,
  ListCredentialRotationsQuery,
} from './credential-rotation.dto.js';
import { CredentialRotations } from './credential-rotations.service.js';

@ApiTags('keys')
@Controller('credential-rotations')
export class CredentialRotationsController {
  constructor(private readonly rotations: CredentialRotations) {}

  @Post()
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((rotation: CredentialRotationDto) => `/credential-rotations/${rotation.id}`)
  @ApiOperation({
    summary: 'Replace the credential of every tenant’s database',
    description:
      'Replaces the credentials of all ACTIVE, SUSPENDED and INACTIVE tenants in the background, while they serve. If one tenant fails, the others go on. If a rotation is under way, the answer is that one.',
  })
  @ApiAnswer(202, CredentialRotationReportDto)
  create(
    @RequestOrigin() origin: Origin,
    @Body() input: CreateCredentialRotationDto,
  ): Promise<CredentialRotationReportDto> {
    return this.rotations.create(origin, input);
  }

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List rotations of all credentials', description: 'Newest first.' })
  @ApiPage(CredentialRotationDto)
  list(@Query() query: ListCredentialRotationsQuery): Promise<Page<CredentialRotationDto>> {
    return this.rotations.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read a rotation of all credentials',
    description: 'Answers how many tenants are done, waiting and failed.',
  })
  @ApiAnswer(200, CredentialRotationReportDto)
  find(@Param('id') id: string): Promise<CredentialRotationReportDto> {
    return this.rotations.find(id);
  }

  @Post(':id/cancel')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a RUNNING rotation of all credentials',
    description: 'Rotations of tenants that have begun are completed.',
  })
  @ApiAnswer(200, CredentialRotationReportDto)
  @ApiProblems('invalid_transition')
  cancel(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<CredentialRotationReportDto> {
    return this.rotations.cancel(origin, id);
  }
}
