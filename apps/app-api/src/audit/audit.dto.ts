import { PageQuery, QueryEnumList, QuerySort, QueryUuidOr, TimeField } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { AuditActorKind, AuditType } from './audit-types.js';

export class AuditListQuery extends PageQuery {
  @QueryEnumList(AuditType, { name: 'AuditType' })
  readonly type?: readonly AuditType[];

  @QueryUuidOr([], { description: 'What this user did.' })
  readonly actor?: string;

  @QueryUuidOr([], { description: 'What was done to this user.' })
  readonly subject?: string;

  @TimeField({ optional: true, description: 'At this time or later.' })
  readonly createdAfter?: string;

  @TimeField({ optional: true, description: 'Before this time.' })
  readonly createdBefore?: string;

  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: string;
}

export class AuditActorDto {
  @ApiProperty({
    enum: AuditActorKind,
    enumName: 'AuditActorKind',
    description: 'UNKNOWN did not sign in. OPERATOR is an operator of the platform, API_KEY a program.',
  })
  readonly type!: AuditActorKind;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly id!: string | null;
  @ApiProperty({ type: String, nullable: true })
  readonly name!: string | null;
}

export class AuditSubjectDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ type: String, nullable: true })
  readonly name!: string | null;
}

/** Who did what to the helpdesk itself, when, from where. Kept for 400 days. */
export class AuditEventDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ enum: AuditType, enumName: 'AuditType' })
  readonly type!: AuditType;
  @ApiProperty({ type: AuditActorDto })
  readonly actor!: AuditActorDto;
  @ApiProperty({ type: AuditSubjectDto, nullable: true, description: 'The user whom the action concerned.' })
  readonly subject!: AuditSubjectDto | null;
  @ApiProperty({ type: String, nullable: true, description: 'The address of the client.' })
  readonly address!: string | null;
  @ApiProperty({ type: String, nullable: true })
  readonly requestId!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly details!: unknown;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
