import { PageQuery, QuerySort } from '@helpdeskly/http';

export class ListDatabaseServersQuery extends PageQuery {
  @QuerySort(['name', 'createdAt'], 'name')
  readonly sort?: 'name' | '-name' | 'createdAt' | '-createdAt';
}
