import { FlagField, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

const sharedDescription = 'Whether its customers see the tickets that were opened in it, and what is public in them.';

export class CreateOrganizationDto {
  @Text({ max: 200, example: 'Acme Inc.', description: 'Unique regardless of case.' })
  readonly name!: string;

  @FlagField({ optional: true, description: `${sharedDescription} False unless given.` })
  readonly shared?: boolean;
}

export class ChangeOrganizationDto {
  @Text({ max: 200, optional: true })
  readonly name?: string;

  @FlagField({ optional: true, description: sharedDescription })
  readonly shared?: boolean;
}

/** Who customers belong to. */
export class OrganizationDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ description: sharedDescription })
  readonly shared!: boolean;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}
