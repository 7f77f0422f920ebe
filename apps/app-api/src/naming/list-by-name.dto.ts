import { PageQuery, Text } from '@helpdeskly/http';

/** Of a list in the order of names; see NamePages. */
export class ListByNameDto extends PageQuery {
  @Text({ max: 200, optional: true, description: 'A part of the name, in any case.' })
  readonly q?: string;
}
