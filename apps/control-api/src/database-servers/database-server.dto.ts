import { ServerState } from '@helpdeskly/catalog';
import { ApiProperty } from '@nestjs/swagger';

/** A PostgreSQL server as operators see it: never its admin URL. */
export class DatabaseServerDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'default' })
  name!: string;

  @ApiProperty()
  host!: string;

  @ApiProperty({ type: 'integer' })
  port!: number;

  @ApiProperty({ type: String, nullable: true, description: "PgBouncer's host:port; null connects directly." })
  poolerAddress!: string | null;

  @ApiProperty({
    enum: ServerState,
    enumName: 'ServerState',
    description:
      'ACTIVE takes new tenants. DRAINING serves only the tenants that it has. OFFLINE is left alone by automatic work.',
  })
  state!: ServerState;

  @ApiProperty({ type: 'integer' })
  maxTenants!: number;

  @ApiProperty({ type: 'integer', description: 'How many tenants it has.' })
  tenants!: number;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}
