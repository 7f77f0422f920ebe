import { RestoreStatus, RestoreStep } from '@helpdeskly/catalog';
import { OneOf, Text, TextBy } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { slugRule, slugSchema } from '../tenants/tenants.dto.js';

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

export class RestoreResultDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The archive of the former database.' })
  formerBackupId!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'For how many milliseconds requests had to wait.' })
  pauseMs!: number | null;
}

/** An archive that takes the place of its tenant's database. */
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
      'FILLING: another database is filled beside the present one. SWITCHING: it is full. ARCHIVING: it serves, and the former one is archived before it is dropped.',
  })
  progress!: RestoreStep;

  @ApiProperty({ type: RestoreResultDto, nullable: true, description: 'Null until it serves.' })
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
