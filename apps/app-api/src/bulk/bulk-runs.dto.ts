import { ProblemDto } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

/** As many tickets as one run takes. */
export const mostFound = 1000;

export const BulkRunStatus = { PENDING: 'PENDING', RUNNING: 'RUNNING', DONE: 'DONE', FAILED: 'FAILED' } as const;
export type BulkRunStatus = keyof typeof BulkRunStatus;

export class BulkProgressDto {
  @ApiProperty({ type: 'integer', description: 'The number of tickets that the filter found.' })
  readonly total!: number;
  @ApiProperty({ type: 'integer' })
  readonly done!: number;
}

export class BulkOutcomeDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ type: 'integer', description: 'The status code that a request for this ticket alone would have got.' })
  readonly status!: number;
  @ApiProperty({ type: ProblemDto, required: false })
  readonly problem?: ProblemDto;
}

export class BulkRunResultDto {
  @ApiProperty({ type: 'integer' })
  readonly changed!: number;
  @ApiProperty({ type: 'integer' })
  readonly refused!: number;
  @ApiProperty({ type: [BulkOutcomeDto] })
  readonly results!: BulkOutcomeDto[];
}

export class BulkRunErrorDto {
  @ApiProperty()
  readonly code!: string;
  @ApiProperty()
  readonly detail!: string;
}

export class BulkRunDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ enum: BulkRunStatus, enumName: 'BulkRunStatus' })
  readonly status!: BulkRunStatus;
  @ApiProperty()
  readonly progress!: BulkProgressDto;
  @ApiProperty({ type: BulkRunErrorDto, nullable: true, description: 'Why a FAILED run ended early.' })
  readonly error!: BulkRunErrorDto | null;
  @ApiProperty({ type: BulkRunResultDto, nullable: true, description: 'Null until the run ends.' })
  readonly result!: BulkRunResultDto | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}
