import { ApiAnswer, Roles } from '@helpdeskly/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { TopTenantsDto, TopTenantsQuery } from './top-tenants.dto.js';
import { TopTenants } from './top-tenants.service.js';

@ApiTags('tenants')
@Controller('tenants/top') // No tenant has this slug: it is reserved.
export class TopTenantsController {
  constructor(private readonly tenants: TopTenants) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Which tenants take the most',
    description:
      'By connections to their databases now, by requests and errors (answers of 500 and above) of the last five minutes, as far as app-api’s processes have told this one, or by the bytes of their files, as they were told last.',
  })
  @ApiAnswer(200, TopTenantsDto)
  find(@Query() query: TopTenantsQuery): Promise<TopTenantsDto> {
    return this.tenants.find(query);
  }
}
