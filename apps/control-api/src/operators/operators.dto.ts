import { OperatorRole, OperatorStatus } from '@helpdeskly/catalog';
import { EmailField, NewPassword, OneOf, PageQuery, QueryEnumList, QuerySort, Text } from '@helpdeskly/http';

export class CreateOperatorDto {
  @EmailField()
  readonly email!: string;

  @Text({ max: 200 })
  readonly name!: string;

  @OneOf(OperatorRole, { name: 'OperatorRole' })
  readonly role!: OperatorRole;

  @NewPassword({
    optional: true,
    description: 'Without a password the operator is INVITED and sets it by the invitation.',
  })
  readonly password?: string;
}

export class ChangeOperatorDto {
  @EmailField({ optional: true })
  readonly email?: string;

  @Text({ max: 200, optional: true })
  readonly name?: string;

  @OneOf(OperatorRole, { name: 'OperatorRole', optional: true })
  readonly role?: OperatorRole;

  @OneOf(OperatorStatus, { name: 'OperatorStatus', optional: true })
  readonly status?: OperatorStatus;
}

const sorts = ['createdAt', 'name', 'email'] as const;
type Sort = (typeof sorts)[number];

export class ListOperatorsQuery extends PageQuery {
  @QuerySort(sorts, 'createdAt')
  readonly sort?: Sort | `-${Sort}`;

  @QueryEnumList(OperatorRole, { name: 'OperatorRole' })
  readonly role?: OperatorRole[];

  @QueryEnumList(OperatorStatus, { name: 'OperatorStatus' })
  readonly status?: OperatorStatus[];

  @Text({ max: 200, optional: true, description: 'A part of the name or of the email, in any case.' })
  readonly q?: string;
}
