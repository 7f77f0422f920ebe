import { IntegerField, Text, TextList } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export const mostRows = 100;
export const defaultTimeoutMs = 5000;

export class AskFleetDto {
  @Text({
    max: 10_000,
    example: 'SELECT "status", count(*) FROM "Ticket" GROUP BY 1',
    description: 'One SELECT, VALUES or TABLE, with WITH if you like; it is run in each tenant’s database.',
  })
  readonly sql!: string;

  @TextList({
    optional: true,
    minItems: 1,
    maxItems: 10_000,
    pattern: /^[A-Za-z0-9-]{1,50}$/,
    description: 'Ids or slugs. Without it: all ACTIVE, SUSPENDED and INACTIVE tenants.',
  })
  readonly tenants?: readonly string[];

  @IntegerField({
    min: 1,
    max: 30_000,
    optional: true,
    description: `How long the statement may take in one tenant's database; the default is ${defaultTimeoutMs}.`,
  })
  readonly timeoutMs?: number;
}

export class FleetRowDto {
  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The columns of the statement.' })
  row!: unknown;
}

export class FleetErrorDto {
  @ApiProperty({
    enum: ['query_failed', 'query_timeout', 'row_too_large', 'tenant_database_unavailable', 'not_asked'],
    description:
      'not_asked: the whole query had taken too long, or found too much, before it was the turn of this tenant.',
  })
  code!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What PostgreSQL calls it.' })
  sqlState!: string | null;

  @ApiProperty()
  message!: string;
}

export class FleetTenantDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ type: 'integer' })
  rows!: number;

  @ApiProperty({ description: `Whether there are more than ${mostRows} rows.` })
  truncated!: boolean;

  @ApiProperty({ type: 'integer' })
  durationMs!: number;

  @ApiProperty({ type: FleetErrorDto, nullable: true })
  error!: FleetErrorDto | null;
}

export class FleetCoverageDto {
  @ApiProperty({ type: 'integer' })
  tenants!: number;

  @ApiProperty({ type: 'integer' })
  answered!: number;

  @ApiProperty({ type: 'integer' })
  failed!: number;

  @ApiProperty({ type: 'integer', description: `Tenants that have more than ${mostRows} rows.` })
  truncated!: number;
}

/** What the fleet answered. */
export class FleetAnswerDto {
  @ApiProperty({ format: 'uuid', description: 'Stands in the audit trails of the platform and of each tenant.' })
  id!: string;

  @ApiProperty()
  coverage!: FleetCoverageDto;

  @ApiProperty({ type: [FleetRowDto], description: 'By tenant, in the order of their slugs.' })
  rows!: FleetRowDto[];

  @ApiProperty({
    type: [FleetTenantDto],
    description: 'Each tenant that was to be asked, in the order of their slugs.',
  })
  tenants!: FleetTenantDto[];
}
