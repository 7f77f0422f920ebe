import { TextBy, type Broken } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

function dayRule(text: string): Broken | undefined {
  const [, day = ''] = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?Z)?$/.exec(text) ?? [];
  const isDay =
    day >= '1970-02-01' && !Number.isNaN(Date.parse(text)) && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  return isDay ? undefined : ['malformed', 'This is a day such as 2026-11-29, or a time in UTC on that day.'];
}

const daySchema = { max: 40, optional: true, schema: { format: 'date', example: '2026-11-29' } } as const;

export class UsageDaysQuery {
  @TextBy(dayRule, { ...daySchema, description: 'The first day (UTC); by default 29 days before the last one.' })
  readonly from?: string;

  @TextBy(dayRule, { ...daySchema, description: 'The last day (UTC), which is included; by default today.' })
  readonly to?: string;
}

export class UsageDayDto {
  @ApiProperty({ format: 'date', example: '2026-11-29', description: 'In UTC.' })
  day!: string;

  @ApiProperty({ type: 'integer', description: 'Requests with a valid token.' })
  requests!: number;

  @ApiProperty({ type: 'integer', description: 'Tickets that were opened.' })
  tickets!: number;

  @ApiProperty({ type: 'integer', description: 'Users who were not disabled, as last counted on that day or before.' })
  users!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes of files, as last told on that day or before.' })
  storageBytes!: number;

  @ApiProperty({ type: 'integer', description: 'The most connections of its roles that a sample on the server found.' })
  peakConnections!: number;
}

export class UsageDaysMetaDto {
  @ApiProperty({ format: 'date' })
  from!: string;

  @ApiProperty({ format: 'date' })
  to!: string;
}

/** What a tenant used, day by day. */
export class UsageDaysDto {
  @ApiProperty({ type: [UsageDayDto] })
  data!: UsageDayDto[];

  @ApiProperty({ type: UsageDaysMetaDto })
  meta!: UsageDaysMetaDto;
}
