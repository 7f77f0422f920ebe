import {
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  LocationOf,
  NoKeys,
  Roles,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Controller, Get, Header, HttpCode, Param, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExportDownloads } from './export-downloads.service.js';
import { ExportLinks } from './export-links.js';
import { ExportList } from './export-list.service.js';
import { ExportOrders } from './export-orders.service.js';
import { ExportDto, ExportLinkQuery, ListExportsQuery } from './exports.dto.js';

const zip = { content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } } } as const;

@ApiTags('exports')
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly orders: ExportOrders,
    private readonly known: ExportList,
    private readonly downloads: ExportDownloads,
    private readonly links: ExportLinks,
  ) {}

  @Post()
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(202)
  @Idempotent()
  @LocationOf((made: ExportDto) => `/exports/${made.id}`)
  @ApiOperation({
    summary: 'Export all data of the helpdesk',
    description:
      'Writes one zip file in the background: JSON Lines of users, organizations, groups, tickets, comments, events, views, macros, settings and more, as they are at one moment, and all files. It contains no passwords, keys, tokens or other secrets. One export runs at a time. Every admin is notified when it is ready.',
  })
  @ApiAnswer(202, ExportDto)
  @ApiProblems('run_in_progress', 'service_unavailable')
  async order(@CurrentActor() actor: Actor): Promise<ExportDto> {
    return this.known.view(await this.orders.order(actor));
  }

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({ summary: 'List exports', description: 'The newest first.' })
  @ApiPage(ExportDto)
  list(@Query() query: ListExportsQuery): Promise<Page<ExportDto>> {
    return this.known.list(query);
  }

  @Get(':id')
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({ summary: 'Read an export', description: 'Its progress, and where it is when it is DONE.' })
  @ApiAnswer(200, ExportDto)
  find(@Param('id') id: string): Promise<ExportDto> {
    return this.known.find(id);
  }

  @Get(':id/content')
  @Roles('ADMIN')
  @NoKeys()
  @Header('Cache-Control', 'private, no-store')
  @ApiOperation({
    summary: 'Download an export',
    description:
      "Use the link of `GET /exports/{id}` with an admin's token. A download that was cut off goes on with `Range` (one range) and `If-Range`. The archive is deleted after a day, or when the next export is ordered.",
  })
  @ApiHeader({ name: 'Range', required: false, schema: { type: 'string' }, description: 'Such as `bytes=1000-`.' })
  @ApiHeader({
    name: 'If-Range',
    required: false,
    schema: { type: 'string' },
    description: 'The ETag of the first part.',
  })
  @ApiResponse({ status: 200, description: 'The archive.', ...zip })
  @ApiResponse({ status: 206, description: 'The range that was asked for.', ...zip })
  @ApiProblems('forbidden', 'range_not_satisfiable', 'service_unavailable')
  async content(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() link: ExportLinkQuery,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const archive = await this.downloads.find(id);
    this.links.assertGood(id, link);
    return this.downloads.content(actor, archive, headers, reply);
  }
}
