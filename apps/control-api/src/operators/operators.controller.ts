import { ApiAnswer, ApiPage, ApiProblems, Idempotent, IfMatch, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { CreatedOperatorDto, OperatorDto, OperatorInvitationDto } from './operator.dto.js';
import { OperatorCreation } from './operator-creation.js';
import { OperatorInvitations } from './operator-invitations.js';
import { ChangeOperatorDto, CreateOperatorDto, ListOperatorsQuery } from './operators.dto.js';
import { Operators } from './operators.service.js';

@ApiTags('operators')
@Controller('operators')
export class OperatorsController {
  constructor(
    private readonly operators: Operators,
    private readonly creation: OperatorCreation,
    private readonly invitations: OperatorInvitations,
  ) {}

  @Post()
  @Roles('OWNER')
  @Idempotent()
  @LocationOf((operator: OperatorDto) => `/operators/${operator.id}`)
  @ApiOperation({
    summary: 'Add an operator',
    description: 'Without a password the answer contains an invitation, which is shown only once.',
  })
  @ApiAnswer(201, CreatedOperatorDto)
  @ApiProblems('email_taken', 'login_busy')
  create(@RequestOrigin() origin: Origin, @Body() input: CreateOperatorDto): Promise<CreatedOperatorDto> {
    return this.creation.create(origin, input);
  }

  @Get()
  @Roles('OWNER')
  @ApiOperation({ summary: 'List operators', description: 'Disabled and invited operators are listed too.' })
  @ApiPage(OperatorDto)
  list(@Query() query: ListOperatorsQuery): Promise<Page<OperatorDto>> {
    return this.operators.list(query);
  }

  @Get(':id')
  @Roles('OWNER')
  @ApiOperation({ summary: 'Read an operator', description: 'Answers role and status.' })
  @ApiAnswer(200, OperatorDto)
  find(@Param('id') id: string): Promise<OperatorDto> {
    return this.operators.find(id);
  }

  @Patch(':id')
  @Roles('OWNER')
  @ApiOperation({
    summary: 'Change an operator',
    description:
      'DISABLED ends sessions, invitations and API keys at once. A lesser role revokes API keys of the operator that have more rights. The last active OWNER cannot be disabled or demoted.',
  })
  @ApiAnswer(200, OperatorDto)
  @ApiProblems('email_taken', 'last_owner', 'invalid_transition')
  change(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: ChangeOperatorDto,
    @IfMatch() version: number | undefined,
  ): Promise<OperatorDto> {
    return this.operators.change(origin, id, input, version);
  }

  @Post(':id/invitation')
  @Roles('OWNER')
  @ApiOperation({
    summary: 'Invite an operator again',
    description: 'For operators who lost their invitation or their password. Earlier invitations stop working.',
  })
  @ApiAnswer(201, OperatorInvitationDto)
  @ApiProblems('invalid_transition')
  invite(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<OperatorInvitationDto> {
    return this.invitations.invite(origin, id);
  }
}
