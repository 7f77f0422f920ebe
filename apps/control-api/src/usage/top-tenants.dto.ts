import { TenantStatus } from '@helpdeskly/catalog';
import { QueryChoice, QueryInteger } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class TopTenantsQuery {
  @QueryChoice(['connections', 'requests', 'errors', 'storage'], { default: 'requests' })
  readonly by?: 'connections' | 'requests' | 'errors' | 'storage';

  @QueryInteger({ min: 1, max: 100, default: 10 })
  readonly limit?: number;
}

export class NamedTenantDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;

  @ApiProperty({ example: 'Acme Inc.' })
  name!: string;

  @ApiProperty({ enum: TenantStatus, enumName: 'TenantStatus' })
  status!: TenantStatus;
}

export class TopTenantDto {
  @ApiProperty({ type: NamedTenantDto })
  tenant!: NamedTenantDto;

  @ApiProperty({
    type: 'integer',
    description: 'Present connections, requests or errors within the window, or stored bytes.',
  })
  count!: number;
}

export class TopTenantsMetaDto {
  @ApiProperty({ enum: ['connections', 'requests', 'errors', 'storage'] })
  by!: 'connections' | 'requests' | 'errors' | 'storage';

  @ApiProperty({ type: 'integer' })
  limit!: number;

  @ApiProperty({ type: 'integer', description: 'The length of the window in seconds; 0 means now.' })
  windowSeconds!: number;

  @ApiProperty({
    format: 'date-time',
    description: 'When this process began to listen. The window may be shorter at first.',
  })
  since!: string;

  @ApiProperty({ type: [String], description: 'Ids of database servers that did not answer.' })
  unreachableServers!: string[];
}

/** The tenants with the highest usage. */
export class TopTenantsDto {
  @ApiProperty({ type: [TopTenantDto] })
  data!: TopTenantDto[];

  @ApiProperty({ type: TopTenantsMetaDto })
  meta!: TopTenantsMetaDto;
}
