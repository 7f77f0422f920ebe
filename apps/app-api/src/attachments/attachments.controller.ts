import {
  AnyRole,
  ApiAnswer,
  ApiProblems,
  CurrentActor,
  LocationOf,
  Public,
  TakesFile,
  type Actor,
} from '@helpdeskly/http';
import {
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  type StreamableFile,
} from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ForKeys } from '../edge/api-key-scopes.js';
import { ReceivesOnce } from '../edge/receives-once.js';
import { AttachmentUploads } from './attachment-uploads.js';
import { AttachmentDto, AttachmentLinkDto, LinkQueryDto } from './attachments.dto.js';
import { Attachments } from './attachments.service.js';

@ApiTags('attachments')
@Controller('attachments')
export class AttachmentsController {
  constructor(
    private readonly attachments: Attachments,
    private readonly uploads: AttachmentUploads,
  ) {}

  @Post()
  @AnyRole()
  @ForKeys('tickets:write')
  @TakesFile('file')
  @ReceivesOnce(AttachmentUploads)
  @LocationOf((attachment: AttachmentDto) => `/attachments/${attachment.id}`)
  @ApiOperation({
    summary: 'Upload a file',
    description:
      'Send up to 25 MiB in the part `file`. A comment takes the file by `attachmentIds`. A file that no comment takes is deleted after a day; each person may have 100 such files. A helpdesk may store `limits.storageBytes` (see /settings/usage).',
  })
  @ApiAnswer(201, AttachmentDto)
  @ApiProblems('attachment_infected', 'limit_reached', 'storage_limit', 'service_unavailable')
  upload(@Req() request: FastifyRequest): Promise<AttachmentDto> {
    return this.uploads.complete(request);
  }

  @Get(':id')
  @AnyRole()
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'Read the metadata of a file',
    description: 'You can read files of comments that you may see, and your own files that no comment has taken yet.',
  })
  @ApiAnswer(200, AttachmentDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<AttachmentDto> {
    return this.attachments.find(actor, id);
  }

  @Post(':id/download-url')
  @AnyRole()
  @ForKeys('tickets:read')
  @HttpCode(200)
  @ApiOperation({ summary: 'Get a link to a file', description: 'The link works for one minute and needs no token.' })
  @ApiAnswer(200, AttachmentLinkDto)
  link(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<AttachmentLinkDto> {
    return this.attachments.link(actor, id);
  }

  @Get(':id/content')
  @Public()
  @Header('Cache-Control', 'private, no-store')
  @Header('Content-Security-Policy', "sandbox; default-src 'none'")
  @ApiOperation({
    summary: 'Download a file',
    description:
      'Use a link from `POST /attachments/{id}/download-url`. Browsers save the file; they neither show nor run it.',
  })
  @ApiOkResponse({ content: { '*/*': { schema: { type: 'string', format: 'binary' } } } })
  @ApiProblems('forbidden', 'service_unavailable')
  content(@Param('id') id: string, @Query() link: LinkQueryDto): Promise<StreamableFile> {
    return this.attachments.content(id, link);
  }

  @Delete(':id')
  @AnyRole()
  @ForKeys('tickets:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a file',
    description: 'You can delete your own file as long as no comment has taken it.',
  })
  @ApiNoContentResponse()
  @ApiProblems('forbidden')
  remove(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<void> {
    return this.attachments.remove(actor, id);
  }
}
