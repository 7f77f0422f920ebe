import { ApiAnswer, Roles } from '@helpdeskly/http';
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
  @ApiOperation({ summary: 'What the helpdesk may use, and what it uses' })
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
