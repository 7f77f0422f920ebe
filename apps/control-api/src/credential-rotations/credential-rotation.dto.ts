import { CredentialRotationStatus } from '@helpdeskly/catalog';
import { IntegerField, PageQuery, QueryEnumList, QuerySort } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export const defaultConcurrency = 10;

export class CredentialRotationCountsDto {
  @ApiProperty({ type: 'integer', description: 'Tenants that were purged since then do not count.' })
  total!: number;

  @ApiProperty({ type: 'integer' })
  pending!: number;

  @ApiProperty({ type: 'integer' })
  running!: number;

  @ApiProperty({ type: 'integer', description: 'The new credential is in use, and the former one is gone.' })
  done!: number;

  @ApiProperty({ type: 'integer' })
  failed!: number;
}

export class CredentialRotationFailureDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty()
  error!: string;
}

/** A request to replace the credential of every tenant's database. */
export class CredentialRotationDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    enum: CredentialRotationStatus,
    enumName: 'CredentialRotationStatus',
    description: 'FAILED: the rotation is complete, but some tenants failed.',
  })
  status!: CredentialRotationStatus;

  @ApiProperty({ type: 'integer', description: 'How many tenants at the same time.' })
  concurrency!: number;

  @ApiProperty()
  counts!: CredentialRotationCountsDto;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

/** The same with the failures. */
export class CredentialRotationReportDto extends CredentialRotationDto {
  @ApiProperty({
    type: [CredentialRotationFailureDto],
    description: 'At most 100. The control plane keeps trying these tenants.',
  })
  failures!: CredentialRotationFailureDto[];
}

export class CreateCredentialRotationDto {
  @IntegerField({
    min: 1,
    max: 50,
    optional: true,
    description: `Tenants at the same time; without it ${defaultConcurrency}.`,
  })
  readonly concurrency?: number;
}

export class ListCredentialRotationsQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';

  @QueryEnumList(CredentialRotationStatus, { name: 'CredentialRotationStatus' })
  readonly status?: CredentialRotationStatus[];
}
