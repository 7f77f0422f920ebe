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
import { MailTemplateName } from '@helpdeskly/tenant-db';
import { applyDecorators, Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { languages } from '../../mail-core/languages.js';
import { PreviewTemplateDto, TemplateDto, TemplatePreviewDto, WriteTemplateDto } from './template-settings.dto.js';
import { TemplatePreviews } from './template-previews.service.js';
import { TemplateSettings } from './template-settings.service.js';

/** Which template: `:name/:locale`. */
const TemplateParams = () =>
  applyDecorators(
    ApiParam({ name: 'name', enum: Object.values(MailTemplateName).map((name) => name.toLowerCase()) }),
    ApiParam({ name: 'locale', enum: languages }),
  );

@ApiTags('settings')
@Controller('settings/templates')
export class TemplateSettingsController {
  constructor(
    private readonly templates: TemplateSettings,
    private readonly previews: TemplatePreviews,
  ) {}

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List mail templates',
    description:
      'Each in every language. `received` answers mails that open a ticket (`autoReply` of a mailbox), `reply` stands around comments, `closed` tells of closed tickets (`closedMail` in `PATCH /settings`).',
  })
  @ApiPage(TemplateDto)
  list(@Query() query: PageQuery): Promise<Page<TemplateDto>> {
    return this.templates.list(query);
  }

  @Get(':name/:locale')
  @Roles('ADMIN')
  @NoKeys()
  @TemplateParams()
  @ApiOperation({ summary: 'Read a mail template', description: 'Built in until somebody writes another one.' })
  @ApiAnswer(200, TemplateDto)
  find(@Param('name') name: string, @Param('locale') locale: string): Promise<TemplateDto> {
    return this.templates.find(name, locale);
  }

  @Put(':name/:locale')
  @Roles('ADMIN')
  @NoKeys()
  @TemplateParams()
  @ApiOperation({
    summary: 'Write a mail template',
    description: 'Replaces the one that is there. Mails that have not left yet say what it says then.',
  })
  @ApiAnswer(200, TemplateDto)
  write(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Param('locale') locale: string,
    @Body() input: WriteTemplateDto,
    @IfMatch() version?: number,
  ): Promise<TemplateDto> {
    return this.templates.write(actor, { name, locale }, input, version);
  }

  @Delete(':name/:locale')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(204)
  @TemplateParams()
  @ApiOperation({
    summary: 'Put a mail template back',
    description: 'To what is built in. Done again, nothing happens.',
  })
  @ApiNoContentResponse()
  reset(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Param('locale') locale: string,
    @IfMatch() version?: number,
  ): Promise<void> {
    return this.templates.reset(actor, { name, locale }, version);
  }

  @Post(':name/:locale/preview')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(200)
  @TemplateParams()
  @ApiOperation({
    summary: 'Preview a mail template',
    description: 'Answers the mail, of the template that is there or of another text, and stores nothing.',
  })
  @ApiAnswer(200, TemplatePreviewDto)
  @ApiProblems('invalid_reference')
  preview(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Param('locale') locale: string,
    @Body() input: PreviewTemplateDto,
  ): Promise<TemplatePreviewDto> {
    return this.previews.preview(actor, { name, locale }, input);
  }
}
