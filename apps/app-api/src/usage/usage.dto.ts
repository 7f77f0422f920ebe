import { ApiProperty } from '@nestjs/swagger';

export class UsageLimitsDto {
  @ApiProperty({ type: 'integer', description: 'Connections to the database.' })
  readonly maxConnections!: number;
  @ApiProperty({ type: 'integer', description: 'Requests per minute of all users together; 0 means no limit.' })
  readonly requestsPerMinute!: number;
  @ApiProperty({ type: 'integer', description: 'How many bytes of files can be stored.' })
  readonly storageBytes!: number;
}

export class RequestCountDto {
  @ApiProperty({ type: 'integer', description: 'Requests that the answering process has served.' })
  readonly count!: number;
  @ApiProperty({ type: 'integer', description: 'The length of the window in minutes.' })
  readonly minutes!: number;
}

/** What a helpdesk may use, and what it uses. */
export class UsageDto {
  @ApiProperty({ example: 'standard' })
  readonly plan!: string;
  @ApiProperty()
  readonly limits!: UsageLimitsDto;
  @ApiProperty({ type: 'integer', description: 'How many bytes of files are stored.' })
  readonly storageBytes!: number;
  @ApiProperty()
  readonly requests!: RequestCountDto;
}
