import { ApiPage, Roles, type Page } from '@helpdeskly/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { MigrationDto } from './migration-run.dto.js';
import { ListMigrationsQuery } from './migration-runs.dto.js';
import { MigrationList } from './migration-list.js';

@ApiTags('migrations')
@Controller('migrations')
export class MigrationsController {
  constructor(private readonly migrations: MigrationList) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: "List the migrations of tenants' databases",
    description: 'Each with the number of tenants that have it.',
  })
  @ApiPage(MigrationDto)
  list(@Query() query: ListMigrationsQuery): Promise<Page<MigrationDto>> {
    return this.migrations.list(query);
  }
}
