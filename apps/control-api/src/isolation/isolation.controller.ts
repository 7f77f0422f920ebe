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
    summary: 'Read the state of tenant isolation',
    description:
      'A probe signs in as the roles of a sample of tenants and tries what they may not do: reach other tenants’ databases, the control database or the template, use DDL or temporary tables, or become other roles. The answer lists what PostgreSQL did not refuse, until it refuses it.',
  })
  @ApiAnswer(200, IsolationDto)
  report(): Promise<IsolationDto> {
    return this.isolation.report();
  }

  @Post('run')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run the isolation probe now', description: 'Answers the state after the run.' })
  @ApiAnswer(200, IsolationDto)
  run(): Promise<IsolationDto> {
    return this.isolation.run();
  }
}
