import { ApiAnswer, Roles } from '@helpdeskly/http';
import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsolationDto } from './isolation.dto.js';
import { Isolation } from './isolation.service.js';

@ApiTags('isolation')
@Controller('isolation')
export class IsolationController {
  constructor(private readonly isolation: Isolation) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Whether tenants are kept apart',
    description:
      'A probe signs in as the roles of a sample of tenants and tries what they may not: other tenants’ databases, the control database, the template, DDL, temporary tables, other roles. What was not refused stands here until it is.',
  })
  @ApiAnswer(200, IsolationDto)
  report(): Promise<IsolationDto> {
    return this.isolation.report();
  }

  @Post('run')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({ summary: 'Probe now', description: 'Answers with what stands afterwards.' })
  @ApiAnswer(200, IsolationDto)
  run(): Promise<IsolationDto> {
    return this.isolation.run();
  }
}
