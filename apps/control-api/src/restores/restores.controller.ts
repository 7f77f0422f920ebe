import {
  type Actor,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  LocationOf,
  type Page,
  Roles,
} from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { TenantDto } from '../tenants/tenant.dto.js';
import { ArchiveCheck, ArchiveOfRequest, type CheckedArchive } from './archive-check.interceptor.js';
import { ListRestoresQuery, RestoreBackupDto, RestoreDto, RestoreTicketsDto } from './restore.dto.js';
import { RestoreList } from './restore-list.service.js';
import { Restores } from './restores.service.js';

const placeOf = (body: TenantDto | RestoreDto) => ('appUrl' in body ? `/tenants/${body.id}` : `/restores/${body.id}`);

@ApiTags('backups')
@Controller()
export class RestoresController {
  constructor(
    private readonly restores: Restores,
    private readonly restoreList: RestoreList,
  ) {}

  @Post('backups/:id/restore')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @UseInterceptors(ArchiveCheck) // Below Idempotent: it comes before the transaction.
  @LocationOf(placeOf)
  @ApiOperation({
    summary: 'Restore a backup',
    description:
      'Of an archive up to 1 GiB everything is read before the answer, of a larger one the manifest; the job reads the rest before it changes anything, and ends FAILED if that is wrong. An archive of an older schema is brought to the present one.\n\nNEW makes a tenant of its own: see its `provisioning`. There no mail leaves, webhooks are off, API keys are revoked and own addresses are gone until its admins want otherwise; nobody is signed in.\n\nREPLACE (OWNER) fills another database beside the live one, closes that one in PostgreSQL, and switches: requests wait meanwhile, for two seconds at most. Sessions end. The former database is archived before it is dropped.',
  })
  @ApiAnswer(202, [TenantDto, RestoreDto], 'The new tenant, or the restore of a REPLACE.')
  @ApiProblems('invalid_transition', 'archive_invalid', 'slug_taken', 'no_capacity')
  restore(
    @CurrentActor() actor: Actor,
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: RestoreBackupDto,
    @ArchiveOfRequest() archive: CheckedArchive,
  ): Promise<TenantDto | RestoreDto> {
    return this.restores.restore({ actor, origin }, id, input, archive);
  }

  @Post('backups/:id/tickets/restore')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @UseInterceptors(ArchiveCheck) // Below Idempotent: it comes before the transaction.
  @LocationOf((restore: RestoreDto) => `/restores/${restore.id}`)
  @ApiOperation({
    summary: 'Restore single tickets of a backup',
    description:
      'Brings tickets that are gone back into the live helpdesk, with comments, events, files, mails, participants and links, as they were and under their numbers. All of them come back at once; `tickets` of the restore says what became of each. One that is there stays as it is (EXISTS), one that was deleted is shown again with all that it has (UNDELETED). Whoever was anonymized since stays so, in the texts too. Nothing is sent again.',
  })
  @ApiAnswer(202, RestoreDto)
  @ApiProblems('invalid_transition', 'archive_invalid')
  restoreTickets(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: RestoreTicketsDto,
    @ArchiveOfRequest() archive: CheckedArchive,
  ): Promise<RestoreDto> {
    return this.restores.restoreTickets(origin, id, input, archive);
  }

  @Get('restores')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List restores',
    description:
      'Archives that took the place of databases, and single tickets that were brought back, those of purged tenants too. Newest first unless `sort` says otherwise. A NEW tenant is among the tenants instead.',
  })
  @ApiPage(RestoreDto)
  list(@Query() query: ListRestoresQuery): Promise<Page<RestoreDto>> {
    return this.restoreList.page(query);
  }

  @Get('restores/:id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read what became of a restore',
    description:
      'Of a REPLACE, or of single tickets. While it is RUNNING, `error` says why its last try failed; a FAILED one has changed nothing.',
  })
  @ApiAnswer(200, RestoreDto)
  find(@Param('id') id: string): Promise<RestoreDto> {
    return this.restores.find(id);
  }
}
