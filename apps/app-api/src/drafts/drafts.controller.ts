import { AnyRole, ApiAnswer, ApiProblems, CurrentActor, IfMatch, NoKeys, type Actor } from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { DraftDto, WriteDraftDto } from './drafts.dto.js';
import { Drafts } from './drafts.service.js';

@ApiTags('comments')
@TicketParam()
@Controller('tickets/:id/draft')
export class DraftsController {
  constructor(private readonly drafts: Drafts) {}

  @Get()
  @AnyRole()
  @NoKeys()
  @ApiOperation({
    summary: 'Read your draft for a ticket',
    description: 'Nobody else sees it. 404 if you have none.',
  })
  @ApiAnswer(200, DraftDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<DraftDto> {
    return this.drafts.find(actor, id);
  }

  @Put()
  @AnyRole()
  @NoKeys()
  @ApiOperation({
    summary: 'Write your draft for a ticket',
    description:
      'Makes the draft, or replaces it. There is one for each user and ticket, on closed tickets, too. Your next comment to the ticket deletes it. If `If-Match` names a draft that is gone, the answer is 412 with `currentVersion` 0.',
  })
  @ApiAnswer(200, DraftDto)
  @ApiProblems('forbidden', 'invalid_reference')
  write(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: WriteDraftDto,
    @IfMatch() version?: number,
  ): Promise<DraftDto> {
    return this.drafts.write(actor, id, input, version);
  }

  @Delete()
  @AnyRole()
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete your draft for a ticket', description: 'Its files stay yours for a day.' })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.drafts.remove(actor, id, version);
  }
}
