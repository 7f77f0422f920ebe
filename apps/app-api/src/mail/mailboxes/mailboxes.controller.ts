import { ApiAnswer, ApiPage, ApiProblems, IfMatch, NoKeys, type Page, PageQuery, Roles } from '@helpdeskly/http';
import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeMailboxDto, MailboxDto } from './mailboxes.dto.js';
import { Mailboxes } from './mailboxes.service.js';

@ApiTags('mail')
@Controller('mailboxes')
export class MailboxesController {
  constructor(private readonly mailboxes: Mailboxes) {}

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List mailboxes',
    description: 'Each helpdesk has `support@` at its own mail host from the start.',
  })
  @ApiPage(MailboxDto)
  list(@Query() query: PageQuery): Promise<Page<MailboxDto>> {
    return this.mailboxes.list(query);
  }

  @Get(':id')
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({ summary: 'Read a mailbox', description: 'Answers its address, and what mails from it look like.' })
  @ApiAnswer(200, MailboxDto)
  find(@Param('id') id: string): Promise<MailboxDto> {
    return this.mailboxes.find(id);
  }

  @Patch(':id')
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'Change a mailbox',
    description: 'Making it the default takes that from the mailbox that was. Its address never changes.',
  })
  @ApiAnswer(200, MailboxDto)
  @ApiProblems('invalid_reference')
  change(@Param('id') id: string, @Body() input: ChangeMailboxDto, @IfMatch() version?: number): Promise<MailboxDto> {
    return this.mailboxes.change(id, input, version);
  }
}
