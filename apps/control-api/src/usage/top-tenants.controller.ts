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
    summary: 'List the busiest tenants',
    description:
      'Orders tenants by the present connections to their databases, by requests or errors (answers of 500 and above) of the last five minutes, or by the bytes of their files. Requests, errors and bytes are what app-api’s processes have reported to this process.',
  })
  @ApiAnswer(200, TopTenantsDto)
  find(@Query() query: TopTenantsQuery): Promise<TopTenantsDto> {
    return this.tenants.find(query);
  }
}
