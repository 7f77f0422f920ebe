import { ApiPage, NoKeys, type Page, Roles } from '@helpdeskly/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditEventDto, AuditListQuery } from './audit.dto.js';
import { AuditEvents } from './audit.service.js';

@ApiTags('audit')
@Controller('audit-events')
export class AuditController {
  constructor(private readonly events: AuditEvents) {}

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List audit events',
    description:
      'Each event says who did what, when, and from which address: sign-ins, failed sign-ins, invitations, changes of users, roles, API keys and settings, exports and anonymizations. Events are append-only and are kept for 400 days. For each email, the first five failed sign-ins of an hour are listed, then each one that doubles their number.',
  })
  @ApiPage(AuditEventDto)
  list(@Query() query: AuditListQuery): Promise<Page<AuditEventDto>> {
    return this.events.list(query);
  }
}
