import { type Actor, ApiAnswer, ApiProblems, CurrentActor, LocationOf, Roles, TakesMessage } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ForKeys } from '../../edge/api-key-scopes.js';
import { HandedInMail } from './handed-in-mail.js';
import { InboundMailDto, OperatorsMailDto } from './inbound-mails.dto.js';
import { InboundMails } from './inbound-mails.service.js';

type Taken = InboundMailDto | OperatorsMailDto;

@ApiTags('mail')
@Controller('inbound-mail')
export class InboundMailController {
  constructor(
    private readonly handedIn: HandedInMail,
    private readonly mails: InboundMails,
  ) {}

  @Post()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('mail:inbound')
  @HttpCode(202)
  @TakesMessage()
  @LocationOf((mail: Taken) => ('id' in mail ? `/inbound-mails/${mail.id}` : undefined))
  @ApiHeader({
    name: 'X-Envelope-From',
    required: true,
    description: 'The sender in the envelope; empty for a mail from nobody, such as a bounce.',
  })
  @ApiHeader({
    name: 'X-Envelope-To',
    required: true,
    description:
      'The recipients in the envelope, at most 100, with commas between them. All of them belong to this helpdesk, or to the operators.',
  })
  @ApiOperation({
    summary: 'Hand in a mail',
    description:
      'For programs that receive mail elsewhere, by an API key with `mail:inbound`. Send the message as it came, at most 25 MiB. The answer says that it is stored; it is filed soon. The same message is stored once. SPF counts as NONE: an aligned DKIM signature decides whether it is from whom it says. What is sent to `postmaster@` or `abuse@` of the mail domain goes to the operators, who take at most 1 MiB; a mail to them alone is answered without a `Location`.',
  })
  @ApiAnswer(202, [InboundMailDto, OperatorsMailDto])
  @ApiProblems('forbidden', 'invalid_reference', 'storage_limit', 'service_unavailable', 'unsupported_media_type')
  async take(@CurrentActor() actor: Actor, @Body() raw: object, @Req() { headers }: FastifyRequest): Promise<Taken> {
    const envelope = { from: header(headers['x-envelope-from']), to: header(headers['x-envelope-to']) };
    const bytes = Buffer.isBuffer(raw) ? raw : Buffer.alloc(0);
    const id = await this.handedIn.take(actor, bytes, envelope);
    return id === undefined ? { takenBy: 'OPERATORS' } : this.mails.find(id);
  }
}

/** Sent twice it is one with a comma, which no single address has. */
const header = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value);
