import { ApiProperty } from '@nestjs/swagger';

export class UsageLimitsDto {
  @ApiProperty({ type: 'integer', description: 'Connections to the database.' })
  readonly maxConnections!: number;
  @ApiProperty({ type: 'integer', description: 'Requests a minute of all users together; 0 is no limit.' })
  readonly requestsPerMinute!: number;
  @ApiProperty({ type: 'integer', description: 'Bytes of files that may be stored.' })
  readonly storageBytes!: number;
}

export class RequestCountDto {
  @ApiProperty({ type: 'integer', description: 'Requests that the process which answers has served.' })
  readonly count!: number;
  @ApiProperty({ type: 'integer', description: 'Minutes that are looked back on.' })
  readonly minutes!: number;
}

/** What a helpdesk may use, and what it uses. */
export class UsageDto {
  @ApiProperty({ example: 'standard' })
  readonly plan!: string;
  @ApiProperty()
  readonly limits!: UsageLimitsDto;
  @ApiProperty({ type: 'integer', description: 'Bytes of files that are stored.' })
  readonly storageBytes!: number;
  @ApiProperty()
  readonly requests!: RequestCountDto;
}
