import {
  type Actor,
  ApiAnswer,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  NoKeys,
  Roles,
} from '@helpdeskly/http';
import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MailboxTests } from './mailbox-tests.service.js';
import { CreateMailboxDto, MailboxDto, TestMailDto, VerifyMailboxDto } from './mailboxes.dto.js';
import { Mailboxes } from './mailboxes.service.js';
import { OwnMailboxes } from './own-mailboxes.service.js';

@ApiTags('mail')
@Controller('mailboxes')
export class OwnMailboxesController {
  constructor(
    private readonly own: OwnMailboxes,
    private readonly mailboxes: Mailboxes,
    private readonly tests: MailboxTests,
  ) {}

  @Post()
  @Roles('ADMIN')
  @NoKeys()
  @Idempotent()
  @LocationOf((mailbox: MailboxDto) => `/mailboxes/${mailbox.id}`)
  @ApiOperation({
    summary: 'Add a mailbox of an own address',
    description:
      'A mail with a code is sent to the address. It is the mailbox of mails to that address, which its owner forwards here, once `POST /mailboxes/:id/verify` was sent the code. It stands in `From` once the DNS has the DKIM record of `GET /mailboxes/dns`. An address belongs to one helpdesk at a time; one that is not verified within a day may be taken by another.',
  })
  @ApiAnswer(201, MailboxDto)
  @ApiProblems('address_taken', 'invalid_reference', 'limit_reached', 'service_unavailable')
  async create(@CurrentActor() actor: Actor, @Body() input: CreateMailboxDto): Promise<MailboxDto> {
    return this.mailboxes.find(await this.own.create(actor, input));
  }

  @Post(':id/verify')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Verify the address of a mailbox',
    description:
      'By the code of the mail that was sent there. It is good for a day and for five guesses. A mailbox that is verified stays so.',
  })
  @ApiAnswer(200, MailboxDto)
  @ApiProblems('address_taken')
  async verify(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() { code }: VerifyMailboxDto,
  ): Promise<MailboxDto> {
    await this.own.verify(actor, id, code);
    return this.mailboxes.find(id);
  }

  @Post(':id/code')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send another code to the address of a mailbox',
    description: 'The code before is no longer good. One in a minute, five in a day.',
  })
  @ApiAnswer(202, MailboxDto)
  @ApiProblems('address_taken', 'service_unavailable')
  async code(@Param('id') id: string): Promise<MailboxDto> {
    await this.own.sendCode(id);
    return this.mailboxes.find(id);
  }

  @Post(':id/test')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a test mail from a mailbox',
    description: 'To whoever asks, as replies from this mailbox leave. One in a minute for each mailbox.',
  })
  @ApiAnswer(202, TestMailDto)
  @ApiProblems('service_unavailable')
  test(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<TestMailDto> {
    return this.tests.send(actor, id);
  }

  @Delete(':id')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a mailbox of an own address',
    description:
      'Another helpdesk may have the address then. Tickets that came by it are answered from the default mailbox. The mailbox that each helpdesk has by itself stays.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.own.remove(actor, id, version);
  }
}
