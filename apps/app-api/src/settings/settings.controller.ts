import { type Actor, ApiAnswer, CurrentActor, IfMatch, NoKeys, Roles } from '@helpdeskly/http';
import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeSettingsDto, SettingsDto } from './settings.dto.js';
import { Settings } from './settings.service.js';

@ApiTags('settings')
@Controller('settings')
export class SettingsController {
  constructor(private readonly settings: Settings) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @NoKeys()
  @ApiOperation({
    summary: "Read the helpdesk's settings",
    description: 'Answers the language and the state of the search index.',
  })
  @ApiAnswer(200, SettingsDto)
  read(): Promise<SettingsDto> {
    return this.settings.read();
  }

  @Patch()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: "Change the helpdesk's settings",
    description:
      'A change of the language indexes all tickets again in the background; `searchIndex` says when that is done.',
  })
  @ApiAnswer(200, SettingsDto)
  change(
    @CurrentActor() actor: Actor,
    @Body() changes: ChangeSettingsDto,
    @IfMatch() version?: number,
  ): Promise<SettingsDto> {
    return this.settings.change(actor, changes, version);
  }
}
