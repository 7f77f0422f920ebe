import { ApiAnswer, ApiProblems, CurrentActor, Idempotent, Roles, type Actor } from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { titleOf } from '../ticket-core/ticket-redactions.js';
import { LinkTicketDto, TicketLinkDto, TicketLinksDto } from './links.dto.js';
import { TicketLinks } from './links.service.js';

@ApiTags('links')
@TicketParam()
@Controller('tickets/:id/links')
export class LinksController {
  constructor(private readonly links: TicketLinks) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'List the links of a ticket',
    description: 'Answers the links in both directions, without tickets that the caller may not see.',
  })
  @ApiAnswer(200, TicketLinksDto)
  list(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<TicketLinksDto> {
    return this.links.list(actor, id);
  }

  @Post()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @Idempotent(({ ticket }: TicketLinkDto) => titleOf(ticket.id))
  @ApiOperation({
    summary: 'Link a ticket to another',
    description: 'Closed tickets can be linked, too. Both tickets get an event.',
  })
  @ApiAnswer(201, TicketLinkDto)
  @ApiProblems('invalid_reference', 'link_exists', 'too_many_links')
  link(@CurrentActor() actor: Actor, @Param('id') id: string, @Body() input: LinkTicketDto): Promise<TicketLinkDto> {
    return this.links.link(actor, id, input);
  }

  @Delete(':linkId')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a link', description: 'Either ticket can be named in the path.' })
  @ApiNoContentResponse()
  unlink(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('linkId') linkId: string): Promise<void> {
    return this.links.unlink(actor, id, linkId);
  }
}
