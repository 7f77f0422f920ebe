import {
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  LocationOf,
  NoKeys,
  Roles,
  TakesFile,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ReceivesOnce } from '../../edge/receives-once.js';
import { ImportList } from './import-list.service.js';
import { ImportOrders } from './import-orders.service.js';
import { ImportUploads } from './import-uploads.js';
import { ImportDto, ImportRefusalDto, ListImportsQuery, ListRefusalsQuery } from './imports.dto.js';

@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(
    private readonly orders: ImportOrders,
    private readonly known: ImportList,
    private readonly uploads: ImportUploads,
  ) {}

  @Post()
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(202)
  @TakesFile('file')
  @ReceivesOnce(ImportUploads)
  @LocationOf((made: ImportDto) => `/imports/${made.id}`)
  @ApiOperation({
    summary: 'Upload an archive and look through it',
    description:
      'Send a zip file of up to 2 GiB in the part `file`: an export of ours, or the JSON files of a Zendesk export (organizations, users, groups, tickets with their comments, comments). A dry run in the background lists every row that would be refused, and why, and changes nothing. One archive arrives at a time, while no other import is under way. An archive that cannot be read is refused at once.',
  })
  @ApiAnswer(202, ImportDto)
  @ApiProblems('archive_invalid', 'run_in_progress', 'service_unavailable')
  async upload(@Req() request: FastifyRequest): Promise<ImportDto> {
    const { id } = await this.orders.check(this.uploads.of(request));
    return this.known.find(id);
  }

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List imports',
    description:
      'The newest first. An import is deleted 30 days after it has ended, and before that when newer ones have refused 300,000 rows.',
  })
  @ApiPage(ImportDto)
  list(@Query() query: ListImportsQuery): Promise<Page<ImportDto>> {
    return this.known.list(query);
  }

  @Get(':id')
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({ summary: 'Read an import', description: 'How far it is, and what it found.' })
  @ApiAnswer(200, ImportDto)
  find(@Param('id') id: string): Promise<ImportDto> {
    return this.known.find(id);
  }

  @Get(':id/refusals')
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List refused rows',
    description: 'By file and line: what the dry run refused, and what was refused while the import ran.',
  })
  @ApiPage(ImportRefusalDto)
  refusals(@Param('id') id: string, @Query() query: ListRefusalsQuery): Promise<Page<ImportRefusalDto>> {
    return this.known.refusals(id, query);
  }

  @Post(':id/run')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(202)
  @LocationOf((made: ImportDto) => `/imports/${made.id}`)
  @ApiOperation({
    summary: 'Import what the dry run let through',
    description:
      'Tickets keep their numbers and times; counting goes on after the greatest number. People with an address that the helpdesk knows are those people; other customers are INVITED, and no invitation is sent; new agents and admins are DISABLED until an admin enables and invites them. No mail, webhook or notification leaves for imported rows; events of tickets say IMPORTED. A run that could not go on (FAILED with `service_unavailable`) goes on from where it stood when it is asked for again within a day.',
  })
  @ApiAnswer(202, ImportDto)
  @ApiProblems('invalid_transition', 'run_in_progress', 'service_unavailable')
  async run(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<ImportDto> {
    await this.orders.run(actor, id);
    return this.known.find(id);
  }
}
