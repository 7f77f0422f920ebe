import { EvacuationStatus, MoveStatus } from '@helpdeskly/catalog';
import { PageQuery, QueryEnumList, QuerySort, QueryUuidOr, UuidField } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class CreateMoveDto {
  @UuidField({ description: 'The database server that the tenant moves to.' })
  readonly serverId!: string;
}

/** A tenant that is carried to another server. */
export class MoveDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ format: 'uuid' })
  fromServerId!: string;

  @ApiProperty({ format: 'uuid' })
  toServerId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The evacuation that it is part of.' })
  evacuationId!: string | null;

  @ApiProperty({
    enum: MoveStatus,
    enumName: 'MoveStatus',
    description:
      'COPYING: it waits for a worker, or the database is copied while it serves. CATCHING_UP: what was written meanwhile is repeated in the copy. SWITCHING: requests wait. DONE: it serves from the other server. ROLLED_BACK: everything is as it was. CANCELLED: everything is as it was, since an operator wanted it.',
  })
  status!: MoveStatus;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How many bytes of the server’s log are not repeated yet.',
  })
  lagBytes!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'How many rows were copied.' })
  rows!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'For how many milliseconds requests had to wait.' })
  pauseMs!: number | null;

  @ApiProperty({ description: 'Whether every row was compared and found to be the same.' })
  verified!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was ROLLED_BACK, or why the last try failed.' })
  error!: string | null;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When it was cancelled: it is CANCELLED once its worker has taken everything back; of a server that is away, the reconciler does so later.',
  })
  cancelOrderedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when it serves there.' })
  switchedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the former database was dropped: an hour after the move, or when the tenant is purged.',
  })
  formerDroppedAt!: string | null;
}

export class ListMovesQuery extends PageQuery {
  @QuerySort(['startedAt'], '-startedAt')
  readonly sort?: 'startedAt' | '-startedAt';

  @QueryEnumList(MoveStatus, { name: 'MoveStatus' })
  readonly status?: MoveStatus[];

  @QueryUuidOr([])
  readonly tenantId?: string;

  @QueryUuidOr([])
  readonly evacuationId?: string;
}

/** An order to move all tenants away from a server. */
export class EvacuationDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  serverId!: string;

  @ApiProperty({
    enum: EvacuationStatus,
    enumName: 'EvacuationStatus',
    description: 'FAILED: not every tenant could be moved, or the server takes tenants again.',
  })
  status!: EvacuationStatus;

  @ApiProperty({ type: 'integer', description: 'How many tenants it has moved.' })
  moved!: number;

  @ApiProperty({ type: 'integer', description: 'How many moves were rolled back.' })
  rolledBack!: number;

  @ApiProperty({ type: 'integer', description: 'How many moves were cancelled: it does not try those tenants again.' })
  cancelled!: number;

  @ApiProperty({ type: 'integer', description: 'How many tenants the server has now.' })
  left!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why it does not go on at the moment, or why it FAILED.' })
  error!: string | null;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}
