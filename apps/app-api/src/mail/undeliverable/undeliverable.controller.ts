import { type Actor, ApiPage, CurrentActor, type Page, Roles } from '@helpdeskly/http';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../../edge/api-key-scopes.js';
import { ListUndeliverableDto, UndeliverableDto } from './undeliverable.dto.js';
import { UndeliverableAddresses } from './undeliverable.service.js';

@ApiTags('mail')
@Controller('undeliverable-addresses')
export class UndeliverableController {
  constructor(private readonly addresses: UndeliverableAddresses) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:read')
  @ApiOperation({
    summary: 'List undeliverable addresses',
    description: 'The newest first. A mail to each came back for good; since then nothing leaves to it.',
  })
  @ApiPage(UndeliverableDto)
  list(@Query() query: ListUndeliverableDto): Promise<Page<UndeliverableDto>> {
    return this.addresses.list(query);
  }

  @Delete(':address')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Let mail leave to an address again',
    description:
      'Mails that failed meanwhile are not sent again. If the next one comes back too, the address is undeliverable as before.',
  })
  @ApiNoContentResponse()
  clear(@CurrentActor() actor: Actor, @Param('address') address: string): Promise<void> {
    return this.addresses.clear(actor, address);
  }
}
