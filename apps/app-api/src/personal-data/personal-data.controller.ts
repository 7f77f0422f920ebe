import { ApiAnswer, ApiProblems, CurrentActor, Roles, type Actor } from '@helpdeskly/http';
import { Controller, Header, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserDto } from '../users/users.dto.js';
import { Erasure } from './erasure.service.js';
import { PersonalExport } from './personal-export.js';

@ApiTags('personal data')
@Controller('users/:id')
export class PersonalDataController {
  constructor(
    private readonly exports: PersonalExport,
    private readonly erasure: Erasure,
  ) {}

  @Post('export')
  @Roles('ADMIN')
  @HttpCode(200)
  @Header('Cache-Control', 'private, no-store')
  @ApiOperation({
    summary: 'Export all that is held of a person',
    description:
      'One JSON document: the account, organization, groups, participations, sessions, tickets asked or typed, tickets assigned, ' +
      'comments, events, attachments, audit events, views and macros; of a customer what customers see of tickets and events. It is sent while it is read.',
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
      'The account is disabled and loses name, email, password and sessions; authorship stays, of a former user. The name and the ' +
      'email go from titles, descriptions, comments, events and search, the person’s files and personal views and macros with them.',
  })
  @ApiAnswer(200, UserDto)
  @ApiProblems('last_admin')
  anonymize(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<UserDto> {
    return this.erasure.anonymize(actor, id);
  }
}
