import { ApiPage, type Page, Roles } from '@helpdeskly/http';
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
  @ApiOperation({
    summary: 'List who did what to the helpdesk, when, from where',
    description:
      'Sign-ins and failed ones, invitations, changes of users, roles and settings, exports, anonymizations. Append-only; kept for ' +
      '400 days. Of failed sign-ins with an email the first five in an hour are told, then each that doubles their number.',
  })
  @ApiPage(AuditEventDto)
  list(@Query() query: AuditListQuery): Promise<Page<AuditEventDto>> {
    return this.events.list(query);
  }
}
