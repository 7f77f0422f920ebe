import { PageQuery } from '@helpdeskly/http';
import { DataImportStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { ExportErrorDto } from '../exports/exports.dto.js';

export const ImportSource = { HELPDESKLY: 'HELPDESKLY', ZENDESK: 'ZENDESK' } as const;

export class ListImportsQuery extends PageQuery {}

export class ListRefusalsQuery extends PageQuery {}

export class ImportProgressDto {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The number of rows. Null until the dry run has ended.',
  })
  readonly total!: number | null;
  @ApiProperty({ type: 'integer' })
  readonly done!: number;
}

export class ImportResultDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'By kind, how many rows would be imported; once the import ran, how many were. `agents` and `admins` are those of the users who are new here and come as staff.',
    example: { users: 12, tickets: 340, comments: 1204 },
  })
  readonly accepted!: Readonly<Record<string, number>>;
  @ApiProperty({ type: 'integer', description: 'How many entries `GET /imports/{id}/refusals` has.' })
  readonly refused!: number;
}

export class ImportDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({
    enum: DataImportStatus,
    enumName: 'DataImportStatus',
    description:
      'CHECKING: the dry run looks through the archive. CHECKED: it waits for `POST /imports/{id}/run`, for a day. FAILED: what it imported until then stays. EXPIRED: nobody ran it.',
  })
  readonly status!: DataImportStatus;
  @ApiProperty({ enum: ImportSource, enumName: 'ImportSource', description: 'Whose form the archive has.' })
  readonly source!: keyof typeof ImportSource;
  @ApiProperty()
  readonly fileName!: string;
  @ApiProperty({ type: 'integer', description: 'In bytes.' })
  readonly size!: number;
  @ApiProperty()
  readonly progress!: ImportProgressDto;
  @ApiProperty({ type: ExportErrorDto, nullable: true, description: 'Why a FAILED import ended.' })
  readonly error!: ExportErrorDto | null;
  @ApiProperty({
    type: ImportResultDto,
    nullable: true,
    description: 'What the dry run found, and then what the import did. Null while either is under way.',
  })
  readonly result!: ImportResultDto | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Until when `POST /imports/{id}/run` is possible: the archive is kept for a day after the dry run, and after a run that could not go on (FAILED with `service_unavailable`). Null when it is not possible.',
  })
  readonly runnableUntil!: string | null;
  @ApiProperty({ format: 'uuid', description: 'Who ran the import; until then, who uploaded the archive.' })
  readonly requestedById!: string;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the dry run ended.' })
  readonly checkedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly finishedAt!: string | null;
}

export class ImportRefusalDto {
  @ApiProperty({ description: 'The file in the archive.' })
  readonly file!: string;
  @ApiProperty({ type: 'integer', description: 'The line, counted from 1; in a file that is one document, the row.' })
  readonly line!: number;
  @ApiProperty({ type: String, nullable: true, description: 'The id of the row in the archive.' })
  readonly sourceId!: string | null;
  @ApiProperty({ example: 'number_taken' })
  readonly code!: string;
  @ApiProperty()
  readonly message!: string;
}
