import { ApiAnswer, NoKeys, Roles } from '@helpdeskly/http';
import { TenantContext } from '@helpdeskly/tenancy';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { StorageUsage } from '../attachments/storage-usage.js';
import { UsageDto } from './usage.dto.js';
import { recentMinutes } from './usage-meter.js';
import { UsageReport } from './usage-report.js';

@ApiTags('settings')
@Controller('settings/usage')
export class UsageController {
  constructor(
    private readonly context: TenantContext,
    private readonly storage: StorageUsage,
    private readonly report: UsageReport,
  ) {}

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: "Read the helpdesk's limits and usage",
    description:
      'Answers the plan, its limits, the bytes of stored files, and the requests of the last minutes that this process served.',
  })
  @ApiAnswer(200, UsageDto)
  async read(): Promise<UsageDto> {
    const { id, plan, maxConnections, requestsPerMinute, storageBytes } = this.context.current.tenant;
    return {
      plan,
      limits: { maxConnections, requestsPerMinute, storageBytes },
      storageBytes: await this.storage.bytes(),
      requests: { count: this.report.recent(id), minutes: recentMinutes },
    };
  }
}
