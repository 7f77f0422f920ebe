import { ActorType, type AuditEvent } from '@helpdeskly/catalog';
import { ApiProperty } from '@nestjs/swagger';

export class AuditActorDto {
  @ApiProperty({ enum: ActorType, enumName: 'ActorType', description: 'SYSTEM: a worker, or the start.' })
  type!: ActorType;

  @ApiProperty({ type: String, nullable: true })
  id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;
}

/** Who did what, when, from where. */
export class AuditEventDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'tenant.suspended' })
  action!: string;

  @ApiProperty({ type: AuditActorDto })
  actor!: AuditActorDto;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  tenantId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  tenantSlug!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The address of the client.' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true })
  requestId!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  details!: unknown;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export function viewAuditEvent(row: AuditEvent): AuditEventDto {
  const { id, action, tenantId, tenantSlug, address, requestId, details } = row;
  const actor = { type: row.actorType, id: row.actorId, name: row.actorName };
  return {
    id,
    action,
    actor,
    tenantId,
    tenantSlug,
    address,
    requestId,
    details,
    createdAt: row.createdAt.toISOString(),
  };
}
