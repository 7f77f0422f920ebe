import { RestoreStatus, RestoreStep } from '@helpdeskly/catalog';
import {
  DistinctIntegers,
  OneOf,
  PageQuery,
  QueryEnumList,
  QuerySort,
  QueryUuidOr,
  Text,
  TextBy,
} from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { slugRule, slugSchema } from '../tenants/tenants.dto.js';
import { TicketOutcome } from '../ticket-restores/ticket-writing.js';

const RestoreAs = { NEW: 'NEW', REPLACE: 'REPLACE' } as const;

export class RestoreBackupDto {
  @OneOf(RestoreAs, {
    name: 'RestoreAs',
    description:
      'NEW: a tenant of its own beside the one that was archived. REPLACE: the archive takes the place of its tenant’s database.',
  })
  readonly as!: keyof typeof RestoreAs;

  @TextBy(slugRule, {
    max: 50,
    optional: true,
    schema: slugSchema,
    example: 'acme-restored',
    description: 'The slug of a NEW tenant.',
  })
  readonly slug?: string;

  @Text({ max: 200, optional: true, example: 'Acme Inc. (yesterday)', description: 'The name of a NEW tenant.' })
  readonly name?: string;
}

const mostTickets = 100;
const greatestNumber = 2_147_483_647;

export class RestoreTicketsDto {
  @DistinctIntegers({ min: 1, max: greatestNumber, maxItems: mostTickets, description: 'The numbers of tickets.' })
  readonly numbers!: number[];
}

export class RestoredTicketDto {
  @ApiProperty({ type: 'integer', example: 42 })
  number!: number;

  @ApiProperty({
    enum: TicketOutcome,
    enumName: 'TicketOutcome',
    description:
      'EXISTS: a ticket with this number is there, and stays as it is. UNDELETED: it was there, deleted, and is shown again.',
  })
  outcome!: TicketOutcome;
}

export class RestoreResultDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The archive of the former database.' })
  formerBackupId!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'For how many milliseconds requests had to wait.' })
  pauseMs!: number | null;
}

/** An archive that takes the place of its tenant's database, or gives tickets back to it. */
export class RestoreDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  backupId!: string;

  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ enum: RestoreStatus, enumName: 'RestoreStatus', description: 'FAILED: everything is as it was.' })
  status!: RestoreStatus;

  @ApiProperty({
    enum: RestoreStep,
    enumName: 'RestoreStep',
    description:
      'FILLING: another database is filled beside the present one. SWITCHING: it is full. ARCHIVING: it serves, and the former one is archived before it is dropped. WRITING: tickets are written into the live database.',
  })
  progress!: RestoreStep;

  @ApiProperty({
    type: [RestoredTicketDto],
    nullable: true,
    description: 'What became of each ticket that was asked for. Null of a REPLACE, and until they are written.',
  })
  tickets!: RestoredTicketDto[] | null;

  @ApiProperty({ type: RestoreResultDto, nullable: true, description: 'Of a REPLACE: null until it serves.' })
  result!: RestoreResultDto | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it FAILED, or why the last try failed.' })
  error!: string | null;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when it serves.' })
  switchedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

const sorts = ['startedAt'] as const;

export class ListRestoresQuery extends PageQuery {
  @QuerySort(sorts, '-startedAt')
  readonly sort?: 'startedAt' | '-startedAt';

  @QueryEnumList(RestoreStatus, { name: 'RestoreStatus' })
  readonly status?: RestoreStatus[];

  @QueryUuidOr([])
  readonly tenantId?: string;
}
