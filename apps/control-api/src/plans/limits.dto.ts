import { IntegerField } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class LimitsDto {
  @ApiProperty({ type: 'integer', description: 'Connections to the database, over all processes.' })
  maxConnections!: number;

  @ApiProperty({ type: 'integer', description: 'Requests per minute of all users together; 0 means no limit.' })
  requestsPerMinute!: number;

  @ApiProperty({ type: 'integer', description: 'How many bytes of files can be stored.' })
  storageBytes!: number;
}

/** Limits as they are written; null means that the limit is decided elsewhere. */
export class LimitsInput {
  @IntegerField({
    min: 2,
    max: 1000,
    optional: true,
    nullable: true,
    description:
      "Connections to the database, over all processes. Null means the plan's, or in a plan the default, 20.",
  })
  readonly maxConnections?: number | null;

  @IntegerField({
    min: 0,
    max: 100_000_000,
    optional: true,
    nullable: true,
    description:
      "Requests per minute of all users together; 0 means no limit. Null means the plan's, or in a plan the default, RATE_LIMIT_TENANT_PER_MINUTE.",
  })
  readonly requestsPerMinute?: number | null;

  @IntegerField({
    min: 0,
    max: 2 ** 50,
    optional: true,
    nullable: true,
    description: "How many bytes of files can be stored. Null means the plan's, or in a plan the default, 10 GiB.",
  })
  readonly storageBytes?: number | null;
}
