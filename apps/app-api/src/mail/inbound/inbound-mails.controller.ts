import {
  type Actor,
  AnyRole,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  NoKeys,
  Roles,
  type Page,
} from '@helpdeskly/http';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../../edge/api-key-scopes.js';
import { TicketParam } from '../../ticket-core/ticket-docs.js';
import { InboundMailDto, ListInboundMailsDto, TicketOpeningDto } from './inbound-mails.dto.js';
import { InboundMails } from './inbound-mails.service.js';

@ApiTags('mail')
@Controller('inbound-mails')
export class InboundMailsController {
  constructor(private readonly mails: InboundMails) {}

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List mails that arrived',
    description: 'The newest first. `status=HELD,FAILED` lists those that wait for an admin.',
  })
  @ApiPage(InboundMailDto)
  list(@Query() query: ListInboundMailsDto): Promise<Page<InboundMailDto>> {
    return this.mails.list(query);
  }

  @Get(':id')
  @Roles('ADMIN')
  @ForKeys('mail:inbound')
  @ApiOperation({ summary: 'Read a mail that arrived', description: 'What became of it, and why.' })
  @ApiAnswer(200, InboundMailDto)
  find(@Param('id') id: string): Promise<InboundMailDto> {
    return this.mails.find(id);
  }

  @Post(':id/release')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Release a held mail',
    description: 'It is filed soon; the limit that held it no longer counts for it.',
  })
  @ApiAnswer(200, InboundMailDto)
  @ApiProblems('invalid_transition')
  release(@Param('id') id: string): Promise<InboundMailDto> {
    return this.mails.release(id);
  }

  @Post(':id/refile')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(200)
  @ApiOperation({
    summary: 'File a mail again',
    description:
      'For mails that failed or became no ticket, while their message is kept (`rawMailDays` of the settings).',
  })
  @ApiAnswer(200, InboundMailDto)
  @ApiProblems('invalid_transition')
  refile(@Param('id') id: string): Promise<InboundMailDto> {
    return this.mails.refile(id);
  }
}

@ApiTags('mail')
@TicketParam()
@Controller('tickets/:id/opening')
export class TicketOpeningController {
  constructor(private readonly mails: InboundMails) {}

  @Get()
  @AnyRole()
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'Read what opened a ticket',
    description:
      'The mail that opened it, if one did, and the files that came with it. The message itself is among them for agents and admins.',
  })
  @ApiAnswer(200, TicketOpeningDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<TicketOpeningDto> {
    return this.mails.opening(actor, id);
  }
}
