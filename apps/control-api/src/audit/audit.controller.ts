import { ApiPage, Roles, type Page } from '@helpdeskly/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditEventDto } from './audit-event.dto.js';
import { ListAuditEventsQuery } from './audit.dto.js';
import { AuditEvents } from './audit.service.js';

@ApiTags('audit')
@Controller('audit-events')
export class AuditController {
  constructor(private readonly events: AuditEvents) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List audit events',
    description: 'Each event says who did what, when, and from which address. Events are append-only.',
  })
  @ApiPage(AuditEventDto)
  list(@Query() query: ListAuditEventsQuery): Promise<Page<AuditEventDto>> {
    return this.events.list(query);
  }
}
