import { ApiProperty } from '@nestjs/swagger';
import { attemptNames } from './attempts.js';

export class IsolationCheckDto {
  @ApiProperty({ format: 'uuid' })
  serverId!: string;

  @ApiProperty()
  server!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'The last complete probe.' })
  checkedAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'The tenants whose roles that probe tried.' })
  tenants!: number;

  @ApiProperty({ type: 'integer', description: 'The total number of attempts.' })
  attempts!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Tenants that were due but were left for the next probe because the server did not answer.',
  })
  notTried!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why there is no verdict, for the server or for the first tenant.',
  })
  error!: string | null;
}

export class IsolationBreachDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({
    enum: attemptNames,
    enumName: 'IsolationAttempt',
    description: 'What the role of the tenant could do.',
  })
  attempt!: string;

  @ApiProperty({ description: 'The database or role that it reached.' })
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

  @ApiProperty({ format: 'date-time', description: 'The time of the last attempt.' })
  attemptedAt!: string;

  @ApiProperty({ description: 'The attempt that was neither allowed nor refused.' })
  reason!: string;
}

/** Whether tenants are isolated, according to the last probe. */
export class IsolationDto {
  @ApiProperty({
    enum: ['ISOLATED', 'BREACHED', 'LOCKED_OUT', 'UNKNOWN'],
    description:
      'LOCKED_OUT: the role of an ACTIVE tenant cannot sign in, read or write, although its server serves others. UNKNOWN: a server was not probed recently, or a tenant had no verdict within the last hour.',
  })
  status!: 'ISOLATED' | 'BREACHED' | 'LOCKED_OUT' | 'UNKNOWN';

  @ApiProperty({ type: [IsolationCheckDto] })
  checks!: readonly IsolationCheckDto[];

  @ApiProperty({ type: 'integer', description: 'The number of open breaches.' })
  open!: number;

  @ApiProperty({ type: [IsolationBreachDto], description: 'The newest open breaches, 100 at most.' })
  breaches!: readonly IsolationBreachDto[];

  @ApiProperty({
    type: [LockedOutDto],
    description: 'ACTIVE tenants whose role could not sign in, read or write, 100 at most.',
  })
  lockedOut!: readonly LockedOutDto[];

  @ApiProperty({ type: [UndecidedDto], description: 'ACTIVE tenants whose last probe had no verdict, 100 at most.' })
  undecided!: readonly UndecidedDto[];

  @ApiProperty({
    type: 'integer',
    description: 'ACTIVE tenants without a verdict within the last hour.',
  })
  overdue!: number;
}
