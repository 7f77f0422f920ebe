import { OneOf, OneOfList, PageQuery, QuerySort, Text, TimeField } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { ApiKeyScope } from '../edge/api-key-scopes.js';

/** What an API key can be: keys are the staff's. */
export const ApiKeyRole = { ADMIN: 'ADMIN', AGENT: 'AGENT' } as const;
export type ApiKeyRole = (typeof ApiKeyRole)[keyof typeof ApiKeyRole];

/** An API key as ADMINs see it: its first characters, never the rest. */
export class ApiKeyDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ enum: ApiKeyRole, enumName: 'ApiKeyRole' })
  readonly role!: ApiKeyRole;
  @ApiProperty({ enum: ApiKeyScope, enumName: 'ApiKeyScope', isArray: true })
  readonly scopes!: ApiKeyScope[];
  @ApiProperty({ example: 'hdt_Zk3xWq9A', description: 'The first characters, to tell keys apart.' })
  readonly hint!: string;
  @ApiProperty({
    format: 'uuid',
    description: 'The service user that the key acts as: the author, actor or submitter of what it writes.',
  })
  readonly userId!: string;
  @ApiProperty({ format: 'uuid', description: 'The admin who made it.' })
  readonly createdById!: string;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly expiresAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Accurate to the minute.' })
  readonly lastUsedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly revokedAt!: string | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ description: 'The key itself. It is never shown again.' })
  readonly key!: string;
}

export class CreateApiKeyDto {
  @Text({ max: 100, description: 'Shown as the author of what the key writes.' })
  readonly name!: string;

  @OneOf(ApiKeyRole, { name: 'ApiKeyRole', description: 'What the key may do within its scopes.' })
  readonly role!: ApiKeyRole;

  @OneOfList(ApiKeyScope, {
    name: 'ApiKeyScope',
    description: 'The routes that the key may call; each operation names its scope as `x-scope`.',
  })
  readonly scopes!: readonly ApiKeyScope[];

  @TimeField({ optional: true, nullable: true, description: 'When the key expires. Without it the key never expires.' })
  readonly expiresAt?: string | null;
}

export class ListApiKeysQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';
}
