import { ApiAnswer, ApiPage, Roles, type Page } from '@helpdeskly/http';
import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { OperatorMailDto, OperatorMailsQuery, OperatorMailWithSourceDto } from './operator-mails.dto.js';
import { OperatorMails } from './operator-mails.service.js';

@ApiTags('mail')
@Controller('operator-mails')
export class OperatorMailsController {
  constructor(private readonly mails: OperatorMails) {}

  @Get()
  @Roles('OWNER', 'OPERATOR')
  @ApiOperation({
    summary: 'List mails to postmaster and abuse',
    description:
      'Those of MAIL_DOMAIN and of each helpdesk’s mail host, the newest first. Nothing answers them. While one is unread the incident `operator_mail` is open.',
  })
  @ApiPage(OperatorMailDto)
  list(@Query() query: OperatorMailsQuery): Promise<Page<OperatorMailDto>> {
    return this.mails.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR')
  @ApiOperation({ summary: 'Read a mail to postmaster or abuse', description: 'With the message as it came.' })
  @ApiAnswer(200, OperatorMailWithSourceDto)
  find(@Param('id') id: string): Promise<OperatorMailWithSourceDto> {
    return this.mails.find(id);
  }

  @Post(':id/read')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark a mail as read', description: 'Marking it again changes nothing.' })
  @ApiAnswer(200, OperatorMailDto)
  read(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<OperatorMailDto> {
    return this.mails.markRead(origin, id);
  }

  @Delete(':id')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a mail', description: 'The message is gone.' })
  @ApiNoContentResponse()
  remove(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<void> {
    return this.mails.remove(origin, id);
  }
}
