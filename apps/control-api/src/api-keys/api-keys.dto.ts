import { OperatorRole } from '@helpdeskly/catalog';
import { OneOf, PageQuery, QuerySort, Text, TimeField } from '@helpdeskly/http';

export class CreateApiKeyDto {
  @Text({ max: 100 })
  readonly name!: string;

  @OneOf(OperatorRole, { name: 'OperatorRole' })
  readonly role!: OperatorRole;

  @TimeField({ optional: true, nullable: true, description: 'When the key expires. Without it the key never expires.' })
  readonly expiresAt?: string | null;
}

export class ListApiKeysQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';
}
