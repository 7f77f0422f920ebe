import { type Broken, QueryUuidOr, TextBy } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { isTimeZone } from '../user-core/locales.js';

function dayRule(text: string): Broken | undefined {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && text >= '1970-01-01' && text <= '9999-01-01';
  const parsed = new Date(`${text}T00:00Z`);
  if (isDay && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text)) return undefined;
  return ['malformed', 'This is a day such as 2026-11-29.'];
}

function zoneRule(text: string): Broken | undefined {
  return isTimeZone(text) ? undefined : ['unknown', 'This is a time zone of the IANA database such as Europe/Berlin.'];
}

const daySchema = { max: 10, optional: true, schema: { format: 'date', example: '2026-11-29' } } as const;

/** Of which tickets. */
export class ReportFilterQuery {
  @QueryUuidOr(['none'], { description: 'Tickets of this group, or `none` for tickets without one.' })
  readonly group?: string;

  @QueryUuidOr(['none'], { description: 'Tickets of this assignee, or `none` for tickets without one.' })
  readonly assignedTo?: string;
}

/** Of which days. */
export class ReportQuery extends ReportFilterQuery {
  @TextBy(dayRule, { ...daySchema, description: 'The first day; by default 29 days before the last one.' })
  readonly from?: string;

  @TextBy(dayRule, { ...daySchema, description: 'The last day, which is included; by default today.' })
  readonly to?: string;

  @TextBy(zoneRule, {
    max: 64,
    optional: true,
    schema: { default: 'UTC', example: 'Europe/Berlin' },
    description: 'The time zone (IANA) in which days begin and end.',
  })
  readonly timeZone?: string;
}

export const ages = ['UNDER_1_DAY', 'UNDER_3_DAYS', 'UNDER_7_DAYS', 'UNDER_30_DAYS', 'OLDER'] as const;
export const measures = ['FIRST_RESPONSE', 'RESOLUTION'] as const;

const whole = { type: 'integer' } as const;
const seconds = { type: 'integer', nullable: true } as const;

export class OpenByAgeDto {
  @ApiProperty({ enum: ages, enumName: 'TicketAge', description: 'How long ago they were opened.' })
  age!: (typeof ages)[number];
  @ApiProperty(whole)
  open!: number;
  @ApiProperty(whole)
  pending!: number;
  @ApiProperty(whole)
  onHold!: number;
  @ApiProperty({ ...whole, description: 'All of them that are not resolved or closed.' })
  total!: number;
}

export class TicketDayDto {
  @ApiProperty({ format: 'date', example: '2026-11-29' })
  day!: string;
  @ApiProperty({ ...whole, description: 'Tickets that were opened.' })
  created!: number;
  @ApiProperty({ ...whole, description: 'Tickets that were resolved, and are so still.' })
  resolved!: number;
}

export class TicketTimesDto {
  @ApiProperty({
    enum: measures,
    enumName: 'TicketMeasure',
    description:
      'From the opening of a ticket: FIRST_RESPONSE, of tickets opened on these days, until the first public comment by staff; RESOLUTION, of tickets resolved on these days, until that.',
  })
  measure!: (typeof measures)[number];
  @ApiProperty({ ...whole, description: 'How many tickets were measured.' })
  tickets!: number;
  @ApiProperty({ ...seconds, description: 'Half of them took no longer. Null if none was measured.' })
  medianSeconds!: number | null;
  @ApiProperty({ ...seconds, description: 'Nine of ten took no longer.' })
  p90Seconds!: number | null;
  @ApiProperty(seconds)
  averageSeconds!: number | null;
}

class TicketSharesDto {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null for tickets without one.' })
  id!: string | null;
  @ApiProperty({ type: String, nullable: true })
  name!: string | null;
  @ApiProperty({ ...whole, description: 'Opened on these days.' })
  created!: number;
  @ApiProperty({ ...whole, description: 'Resolved on these days, and so still.' })
  resolved!: number;
  @ApiProperty({ ...whole, description: 'Not resolved or closed now, whenever they were opened.' })
  unsolved!: number;
  @ApiProperty({ ...seconds, description: 'Of those opened on these days.' })
  medianFirstResponseSeconds!: number | null;
  @ApiProperty({ ...seconds, description: 'Of those resolved on these days.' })
  medianResolutionSeconds!: number | null;
}

/** The tickets of one group. */
export class GroupShareDto extends TicketSharesDto {}

/** The tickets that are assigned to one agent now. */
export class AgentShareDto extends TicketSharesDto {}

export class ReportMomentDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;
}

export class ReportDaysDto {
  @ApiProperty({ format: 'date' })
  from!: string;
  @ApiProperty({ format: 'date' })
  to!: string;
  @ApiProperty({ example: 'Europe/Berlin' })
  timeZone!: string;
}

export class OpenReportDto {
  @ApiProperty({ type: [OpenByAgeDto] })
  data!: OpenByAgeDto[];
  @ApiProperty({ type: ReportMomentDto })
  meta!: ReportMomentDto;
}

export class DaysReportDto {
  @ApiProperty({ type: [TicketDayDto] })
  data!: TicketDayDto[];
  @ApiProperty({ type: ReportDaysDto })
  meta!: ReportDaysDto;
}

export class TimesReportDto {
  @ApiProperty({ type: [TicketTimesDto] })
  data!: TicketTimesDto[];
  @ApiProperty({ type: ReportDaysDto })
  meta!: ReportDaysDto;
}

export class GroupsReportDto {
  @ApiProperty({ type: [GroupShareDto] })
  data!: GroupShareDto[];
  @ApiProperty({ type: ReportDaysDto })
  meta!: ReportDaysDto;
}

export class AgentsReportDto {
  @ApiProperty({ type: [AgentShareDto] })
  data!: AgentShareDto[];
  @ApiProperty({ type: ReportDaysDto })
  meta!: ReportDaysDto;
}
