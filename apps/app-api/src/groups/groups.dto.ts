import { Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class CreateGroupDto {
  @Text({ max: 200, example: 'Second level', description: 'Unique regardless of case.' })
  readonly name!: string;
}

export class ChangeGroupDto {
  @Text({ max: 200, optional: true })
  readonly name?: string;
}

/** A team of agents. */
export class GroupDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ type: 'integer' })
  readonly memberCount!: number;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}
