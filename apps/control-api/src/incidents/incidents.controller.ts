import { ApiPage, Roles, type Page } from '@helpdeskly/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IncidentDto, IncidentsQuery } from './incidents.dto.js';
import { Incidents } from './incidents.service.js';

@ApiTags('incidents')
@Controller('incidents')
export class IncidentsController {
  constructor(private readonly incidents: Incidents) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List what needs an operator',
    description:
      'Open incidents first, the newest before older ones, then resolved ones; each says what to do. They are looked for at the request, and every 30 seconds for the metric helpdeskly_incidents.',
  })
  @ApiPage(IncidentDto)
  list(@Query() query: IncidentsQuery): Promise<Page<IncidentDto>> {
    return this.incidents.list(query);
  }
}
