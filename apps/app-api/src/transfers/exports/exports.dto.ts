import { PageQuery, Text } from '@helpdeskly/http';
import { DataExportStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';

export class ListExportsQuery extends PageQuery {}

export class ExportLinkQuery {
  @Text({ max: 12, pattern: /^\d+$/, description: 'When the link expires, in seconds since 1970.' })
  readonly expires!: string;

  @Text({ max: 100 })
  readonly signature!: string;
}

export class ExportProgressDto {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The number of rows to write. Null until they are counted.',
  })
  readonly total!: number | null;
  @ApiProperty({ type: 'integer' })
  readonly done!: number;
}

export class ExportErrorDto {
  @ApiProperty()
  readonly code!: string;
  @ApiProperty()
  readonly detail!: string;
}

export class ExportFileDto {
  @ApiProperty({ type: 'integer', description: 'In bytes.' })
  readonly size!: number;
  @ApiProperty({ pattern: '^[0-9a-f]{64}$' })
  readonly sha256!: string;
  @ApiProperty({ format: 'uri', description: "The address of the archive. It takes an admin's token, and Range." })
  readonly url!: string;
  @ApiProperty({ format: 'date-time', description: 'When the archive is deleted: a day after it was written.' })
  readonly expiresAt!: string;
}

export class ExportDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ enum: DataExportStatus, enumName: 'DataExportStatus' })
  readonly status!: DataExportStatus;
  @ApiProperty()
  readonly progress!: ExportProgressDto;
  @ApiProperty({ type: ExportErrorDto, nullable: true, description: 'Why a FAILED export ended.' })
  readonly error!: ExportErrorDto | null;
  @ApiProperty({ type: ExportFileDto, nullable: true, description: 'Null unless the export is DONE.' })
  readonly result!: ExportFileDto | null;
  @ApiProperty({ format: 'uuid' })
  readonly requestedById!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The moment that the archive shows. Null until it is written.',
  })
  readonly snapshotAt!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly finishedAt!: string | null;
}
