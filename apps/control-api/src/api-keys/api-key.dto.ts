import { OperatorRole } from '@helpdeskly/catalog';
import { ApiProperty } from '@nestjs/swagger';

/** An API key as OWNERs see it: its first characters, never the rest. */
export class ApiKeyDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: OperatorRole, enumName: 'OperatorRole' })
  role!: OperatorRole;

  @ApiProperty({ example: 'hdk_Zk3xWq9A', description: 'The first characters, to tell keys apart.' })
  hint!: string;

  @ApiProperty({ format: 'uuid', description: 'The operator, or the API key, that made it.' })
  createdById!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Accurate to the minute.' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revokedAt!: string | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ description: 'The key itself. It is never shown again.' })
  key!: string;
}
