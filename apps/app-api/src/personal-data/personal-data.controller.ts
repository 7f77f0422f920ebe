import { ApiProblems, CurrentActor, Roles, type Actor } from '@helpdeskly/http';
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
  @HttpCode(200)
  @Header('Cache-Control', 'private, no-store')
  @ApiOperation({
    summary: 'Export all that is held of a person',
    description:
      'One JSON document: the account with former names and addresses, the accounts that were joined with it, organization, ' +
      'groups, participations, sessions, tickets asked or typed, tickets assigned, comments, events, attachments, audit events, ' +
      'views, macros and runs of bulk work; of a customer what customers see of tickets and events. It is sent while it is read.',
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
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make a person nobody, for good',
    description:
      'The account is disabled and loses name, addresses, password and sessions; authorship stays, of a former user. Present and ' +
      'former addresses go, where they are whole, from titles, descriptions, comments, events, files’ names and search; present ' +
      'and former names go, as whole words, from those tickets where the person took part. Groups, organizations, views and ' +
      'macros keep their words; the person’s files and personal views and macros go. With `dryRun` nothing changes, and the ' +
      'answer tells what would.',
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
