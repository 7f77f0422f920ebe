import { ApiProperty } from '@nestjs/swagger';
import { attemptNames } from './attempts.js';

export class IsolationCheckDto {
  @ApiProperty({ format: 'uuid' })
  serverId!: string;

  @ApiProperty()
  server!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'The last probe that came through.' })
  checkedAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'Whose roles that probe tried.' })
  tenants!: number;

  @ApiProperty({ type: 'integer', description: 'What it tried with them, all together.' })
  attempts!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Tenants whose turn it was and who were left for the next look, because the server did not answer.',
  })
  notTried!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What stood in the way of a verdict: of the server, or of the first tenant.',
  })
  error!: string | null;
}

export class IsolationBreachDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ enum: attemptNames, enumName: 'IsolationAttempt', description: 'What its role could do.' })
  attempt!: string;

  @ApiProperty({ description: 'The database or role that it got at.' })
  target!: string;

  @ApiProperty({ format: 'date-time' })
  firstSeenAt!: string;

  @ApiProperty({ format: 'date-time' })
  lastSeenAt!: string;
}

export class LockedOutDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ format: 'date-time', description: 'When the probe first found it.' })
  since!: string;

  @ApiProperty({ description: 'What PostgreSQL said.' })
  reason!: string;
}

export class UndecidedDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was tried last.' })
  attemptedAt!: string;

  @ApiProperty({ description: 'What could be neither allowed nor refused.' })
  reason!: string;
}

/** Whether tenants are kept apart, as of the last probe. */
export class IsolationDto {
  @ApiProperty({
    enum: ['ISOLATED', 'BREACHED', 'LOCKED_OUT', 'UNKNOWN'],
    description:
      'LOCKED_OUT: an ACTIVE tenant’s role cannot sign in, read or write, although its server serves others. UNKNOWN: a server has not been probed yet, or not lately, or a tenant has had no turn within an hour, or one that came to no verdict.',
  })
  status!: 'ISOLATED' | 'BREACHED' | 'LOCKED_OUT' | 'UNKNOWN';

  @ApiProperty({ type: [IsolationCheckDto] })
  checks!: readonly IsolationCheckDto[];

  @ApiProperty({ type: 'integer', description: 'How many breaches stand.' })
  open!: number;

  @ApiProperty({ type: [IsolationBreachDto], description: 'The newest of them, 100 at most.' })
  breaches!: readonly IsolationBreachDto[];

  @ApiProperty({
    type: [LockedOutDto],
    description: 'ACTIVE tenants whose role could not sign in, read or write, 100 at most.',
  })
  lockedOut!: readonly LockedOutDto[];

  @ApiProperty({ type: [UndecidedDto], description: 'ACTIVE tenants whose last turn came to no verdict, 100 at most.' })
  undecided!: readonly UndecidedDto[];

  @ApiProperty({
    type: 'integer',
    description: 'ACTIVE tenants that have had no turn with a verdict within the last hour.',
  })
  overdue!: number;
}
