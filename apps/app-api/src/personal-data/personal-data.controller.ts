import { type Actor, ApiProblems, CurrentActor, NoKeys, Roles } from '@helpdeskly/http';
import { Body, Controller, Header, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { UserDto } from '../user-core/user.dto.js';
import { AnonymizeDto, ErasurePreviewDto } from './erasure-preview.dto.js';
import { ErasurePreview } from './erasure-preview.service.js';
import { Erasure } from './erasure.service.js';
import { PersonalExport } from './personal-export.js';

@ApiTags('personal data')
@Controller('users/:id')
export class PersonalDataController {
  constructor(
    private readonly exports: PersonalExport,
    private readonly erasure: Erasure,
    private readonly preview: ErasurePreview,
  ) {}

  @Post('export')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(200)
  @Header('Cache-Control', 'private, no-store')
  @ApiOperation({
    summary: 'Export the personal data of a user',
    description:
      'Answers one JSON document: the account with former names and addresses, merged accounts, organization, groups, participations, sessions, tickets that the person asked for, typed or was assigned, comments, events, attachments, audit events, views, macros and bulk runs. A customer’s export holds only what customers may see of tickets and events. The document is streamed.',
  })
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } })
  async export(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.of(actor, id), {
      type: 'application/json; charset=utf-8',
      disposition: `attachment; filename="user-${id}.json"`,
    });
  }

  @Post('anonymize')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Anonymize a user',
    description:
      'This cannot be undone. It disables the account and removes its name, addresses, password and sessions; tickets and comments keep a nameless author. It removes whole addresses, present and former, from titles, descriptions, comments, events, file names and search. It removes names, present and former, as whole words from tickets in which the person took part. It deletes the person’s files, personal views and personal macros. It does not change groups, organizations, shared views and shared macros. API keys anonymize customers only. With `dryRun` it changes nothing and answers what would change.',
  })
  @ApiBody({ type: AnonymizeDto, required: false })
  @ApiExtraModels(UserDto, ErasurePreviewDto)
  @ApiResponse({
    status: 200,
    description: '',
    schema: { oneOf: [{ $ref: getSchemaPath(UserDto) }, { $ref: getSchemaPath(ErasurePreviewDto) }] },
  })
  @ApiProblems('last_admin', 'user_merged')
  anonymize(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input?: AnonymizeDto,
  ): Promise<UserDto | ErasurePreviewDto> {
    return input?.dryRun === true ? this.preview.of(id) : this.erasure.anonymize(actor, id);
  }
}
