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
import { AttachmentUploads } from './attachment-uploads.js';
import { AttachmentDto, AttachmentLinkDto, LinkQueryDto } from './attachments.dto.js';
import { Attachments } from './attachments.service.js';
import { ReceivesFileOnce } from './receives-file.js';

@ApiTags('attachments')
@Controller('attachments')
export class AttachmentsController {
  constructor(
    private readonly attachments: Attachments,
    private readonly uploads: AttachmentUploads,
  ) {}

  @Post()
  @AnyRole()
  @TakesFile('file')
  @ReceivesFileOnce()
  @LocationOf((attachment: AttachmentDto) => `/attachments/${attachment.id}`)
  @ApiOperation({
    summary: 'Upload a file',
    description:
      'Up to 25 MiB, in the part `file`. A comment takes it by `attachmentIds`; one that no comment has named for a day is ' +
      'deleted, and a person may have 100 of those. A helpdesk stores so many bytes as its `limits.storageBytes` (see /settings/usage).',
  })
  @ApiAnswer(201, AttachmentDto)
  @ApiProblems('attachment_infected', 'limit_reached', 'storage_limit', 'service_unavailable')
  upload(@Req() request: FastifyRequest): Promise<AttachmentDto> {
    return this.uploads.complete(request);
  }

  @Get(':id')
  @AnyRole()
  @ApiOperation({
    summary: 'Read what is known of a file',
    description: 'Of those of comments that the caller may see, and of the own ones that no comment has named.',
  })
  @ApiAnswer(200, AttachmentDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<AttachmentDto> {
    return this.attachments.find(actor, id);
  }

  @Post(':id/download-url')
  @AnyRole()
  @HttpCode(200)
  @ApiOperation({ summary: 'Get a link to a file', description: 'Good for a minute, without a token.' })
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
      'By a link of `POST /attachments/{id}/download-url`. To be saved: a browser neither shows nor runs it.',
  })
  @ApiOkResponse({ content: { '*/*': { schema: { type: 'string', format: 'binary' } } } })
  @ApiProblems('forbidden', 'service_unavailable')
  content(@Param('id') id: string, @Query() link: LinkQueryDto): Promise<StreamableFile> {
    return this.attachments.content(id, link);
  }

  @Delete(':id')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a file', description: "The caller's own, while no comment names it." })
  @ApiNoContentResponse()
  @ApiProblems('forbidden')
  remove(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<void> {
    return this.attachments.remove(actor, id);
  }
}
