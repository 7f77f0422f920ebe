import { PickFields, Text, ValuesField } from '@helpdeskly/http';
import { filterRules } from './filter-rules.js';
import { ListTicketsDto } from './list-tickets.dto.js';

/** The filters of GET /tickets in a body, by the same rules: several values are a list, or a text with commas. */
export class TicketFiltersDto extends PickFields(ListTicketsDto, [
  'createdAfter',
  'createdBefore',
  'updatedAfter',
  'updatedBefore',
  'resolvedAfter',
  'resolvedBefore',
  'merged',
]) {
  @Text({ max: 1000, optional: true, description: 'The same as `q` of `GET /tickets`, but not empty.' })
  readonly q?: string;

  @ValuesField(filterRules.status)
  readonly status?: string | readonly string[];

  @ValuesField(filterRules.priority)
  readonly priority?: string | readonly string[];

  @ValuesField(filterRules.assignedTo)
  readonly assignedTo?: string | readonly string[];

  @ValuesField(filterRules.author)
  readonly author?: string | readonly string[];

  @ValuesField(filterRules.group)
  readonly group?: string | readonly string[];

  @ValuesField(filterRules.participant)
  readonly participant?: string | readonly string[];

  @ValuesField(filterRules.organization)
  readonly organization?: string | readonly string[];

  @ValuesField(filterRules.tag)
  readonly tag?: string | readonly string[];
}
