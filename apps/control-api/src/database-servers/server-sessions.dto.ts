import { QueryInteger } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { TopTenantDto } from '../usage/top-tenants.dto.js';

export class ServerConnectionsQuery {
  @QueryInteger({ min: 1, max: 100, default: 10 })
  readonly limit?: number;
}

/** How many connections a server has at this moment, and who has most of them. */
export class ServerConnectionsDto {
  @ApiProperty({ type: 'integer', description: 'Open connections, those of the platform and of others included.' })
  used!: number;

  @ApiProperty({ type: 'integer', description: 'The server’s max_connections.' })
  max!: number;

  @ApiProperty({ type: 'integer', description: 'Of these so many are kept for superusers and other privileged roles.' })
  reserved!: number;

  @ApiProperty({ type: [TopTenantDto], description: 'The tenants with the most connections to this server.' })
  tenants!: TopTenantDto[];
}
