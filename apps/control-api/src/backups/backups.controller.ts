import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import {
  BackupDto,
  BackupSummaryDto,
  CreateBackupDto,
  ListBackupsQuery,
  ListBackupSummariesQuery,
  ListTenantBackupsQuery,
} from './backup.dto.js';
import { BackupSummaries } from './backup-summaries.service.js';
import { Backups } from './backups.service.js';

@ApiTags('backups')
@Controller()
export class BackupsController {
  constructor(
    private readonly backups: Backups,
    private readonly summaries: BackupSummaries,
  ) {}

  @Post('tenants/:id/backups')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((backup: BackupDto) => `/backups/${backup.id}`)
  @ApiOperation({
    summary: 'Back up a tenant',
    description:
      'Writes an encrypted archive of the tenant’s database and files in one consistent state, while it serves. If a backup of the tenant is under way, the answer is that one.',
  })
  @ApiAnswer(202, BackupDto)
  @ApiProblems('invalid_transition', 'service_unavailable')
  create(@RequestOrigin() origin: Origin, @Param('id') id: string, @Body() input: CreateBackupDto): Promise<BackupDto> {
    return this.backups.create(origin, id, input);
  }

  @Get('tenants/:id/backups')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List the backups of a tenant', description: 'Newest first unless `sort` says otherwise.' })
  @ApiPage(BackupDto)
  listOf(@Param('id') id: string, @Query() query: ListTenantBackupsQuery): Promise<Page<BackupDto>> {
    return this.backups.listOf(id, query);
  }

  @Get('backups')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List backups',
    description: 'Those of purged tenants too. Newest first unless `sort` says otherwise.',
  })
  @ApiPage(BackupDto)
  list(@Query() query: ListBackupsQuery): Promise<Page<BackupDto>> {
    return this.backups.list(query);
  }

  @Get('backups/summary')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'See how safe tenants are',
    description: 'Of each tenant the age of its newest good archive, and when an archive was last proved. By slug.',
  })
  @ApiPage(BackupSummaryDto)
  summary(@Query() query: ListBackupSummariesQuery): Promise<Page<BackupSummaryDto>> {
    return this.summaries.list(query);
  }

  @Get('backups/:id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'Read a backup', description: 'While it is RUNNING, `error` says why its last try failed.' })
  @ApiAnswer(200, BackupDto)
  find(@Param('id') id: string): Promise<BackupDto> {
    return this.backups.find(id);
  }

  @Post('backups/:id/verify')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @LocationOf((backup: BackupDto) => `/backups/${backup.id}`)
  @ApiOperation({
    summary: 'Verify a backup',
    description:
      'Reads the whole archive, restores it into a scratch database, compares every table there with the archive, and drops that database. `verifying` is true meanwhile; then `verifiedAt` says when it was proved good, or `error` what is wrong.',
  })
  @ApiAnswer(202, BackupDto)
  @ApiProblems('invalid_transition', 'service_unavailable')
  verify(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<BackupDto> {
    return this.backups.verify(origin, id);
  }

  @Delete('backups/:id')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a backup',
    description:
      'Deletes its archive. With the last archive of a tenant goes the key that all of them were encrypted with.',
  })
  @ApiNoContentResponse()
  @ApiProblems('invalid_transition')
  delete(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<void> {
    return this.backups.delete(origin, id);
  }
}
