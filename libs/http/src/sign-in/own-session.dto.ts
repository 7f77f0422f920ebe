import { ApiProperty } from '@nestjs/swagger';

/** A session as its owner is shown it. */
export class OwnSessionDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'The time of its last refresh.' })
  readonly lastUsedAt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The client address from which it was opened.' })
  readonly address!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The User-Agent header with which it was opened.' })
  readonly userAgent!: string | null;

  @ApiProperty({ description: 'Whether this request belongs to it.' })
  readonly current!: boolean;
}

interface SessionRow extends Omit<OwnSessionDto, 'createdAt' | 'lastUsedAt' | 'current'> {
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

export function viewOwnSession(row: SessionRow, currentId: string | undefined): OwnSessionDto {
  const { id, createdAt, lastUsedAt, address, userAgent } = row;
  const times = { createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString() };
  return { id, ...times, address, userAgent, current: id === currentId };
}
