import {
  type Actor,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  IfMatch,
  NoKeys,
  type Page,
  PageQuery,
  Roles,
} from '@helpdeskly/http';
import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { MailDnsDto } from './mail-dns.dto.js';
import { MailDnsRecords } from './mail-dns.service.js';
import { MailboxChanges } from './mailbox-changes.service.js';
import { ChangeMailboxDto, MailboxDto } from './mailboxes.dto.js';
import { Mailboxes } from './mailboxes.service.js';

@ApiTags('mail')
@Controller('mailboxes')
export class MailboxesController {
  constructor(
    private readonly mailboxes: Mailboxes,
    private readonly changes: MailboxChanges,
    private readonly dns: MailDnsRecords,
  ) {}

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

  @Get('dns')
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List the DNS records of the mail domains',
    description:
      'What to publish so that mail arrives (MX) and is believed (SPF, DKIM, DMARC), and whether the DNS answers it now. Those of the default address are up to whoever runs the installation.',
  })
  @ApiAnswer(200, MailDnsDto)
  records(): Promise<MailDnsDto> {
    return this.dns.list();
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
  change(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChangeMailboxDto,
    @IfMatch() version?: number,
  ): Promise<MailboxDto> {
    return this.changes.change(actor, id, input, version);
  }
}
