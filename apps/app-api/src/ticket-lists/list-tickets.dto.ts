import { PageQuery, QueryChoice, QueryValues, SortFields, Text, TimeField } from '@helpdeskly/http';
import { filterRules } from './filter-rules.js';
import { ticketSorts } from './ticket-order.js';

export class ListTicketsDto extends PageQuery {
  @SortFields(ticketSorts, 2, {
    optional: true,
    description:
      'One or two fields to sort by, separated by a comma. A hyphen before a field sorts in descending order. By `resolvedAt`, unresolved tickets come last.',
  })
  readonly sort?: string;

  @QueryValues(filterRules.status)
  readonly status?: string | readonly string[];

  @QueryValues(filterRules.priority, { description: 'Not for customers.' })
  readonly priority?: string | readonly string[];

  @QueryValues(filterRules.assignedTo, { description: "A user's id, `me`, or `none` for unassigned tickets." })
  readonly assignedTo?: string | readonly string[];

  @QueryValues(filterRules.author, { description: "A user's id, or `me`." })
  readonly author?: string | readonly string[];

  @QueryValues(filterRules.group, {
    description: "A group's id, `mine` for those of the caller's groups, or `none`.",
  })
  readonly group?: string | readonly string[];

  @QueryValues(filterRules.participant, {
    description:
      "Tickets that this user takes part in: a user's id, or `me`. Agents who follow count only if an agent or admin asks.",
  })
  readonly participant?: string | readonly string[];

  @QueryValues(filterRules.organization, {
    description: 'Tickets that were opened in this organization: its id, or `none` for tickets without one.',
  })
  readonly organization?: string | readonly string[];

  @QueryValues(filterRules.tag, {
    description:
      'Tickets that carry this tag; one that itself begins with a hyphen stands in double quotes (`"-x"`, and `-"-x"` excludes it). Not for customers.',
  })
  readonly tag?: string | readonly string[];

  @Text({
    max: 1000,
    optional: true,
    blankIsNone: true,
    description:
      "Full-text over title, description, the comments that the caller may see, names of their attachments, the requester’s name and address, for the staff also tags, the requester’s former addresses and what was merged into a ticket: words, \"phrases\", or, -without, begin*, in the language of the helpdesk's settings. A word ends at every character that is no letter, digit or mark; a code, file name, path, domain or URL is found by each part and by the whole, with or without what divides it and whatever stands beside it, a code also when single spaces divide its groups, an address by its parts and by the whole alone, a phone number by its digits with and without its country's; Chinese, Japanese, Korean and Thai by any two characters; accents do not matter, nor in which script digits are. Words that the language drops count when there are no others. A ticket's number (`90`, `#90`) puts that ticket first. Unless `sort` is given the best come first, of the newest 1,000 that it finds; `include=total` counts all. One that is empty, or of characters that nobody sees, filters nothing.",
  })
  readonly q?: string;

  @TimeField({ optional: true, description: 'Opened at this time or after it.' })
  readonly createdAfter?: string;

  @TimeField({ optional: true, description: 'Opened before this time.' })
  readonly createdBefore?: string;

  @TimeField({ optional: true, description: 'Last written to at this time or after it.' })
  readonly updatedAfter?: string;

  @TimeField({ optional: true, description: 'Last written to before this time.' })
  readonly updatedBefore?: string;

  @TimeField({ optional: true, description: 'Resolved at this time or after it, and not opened again.' })
  readonly resolvedAfter?: string;

  @TimeField({ optional: true, description: 'Resolved before this time, and not opened again.' })
  readonly resolvedBefore?: string;

  @QueryChoice(['include', 'only'], {
    description: 'Tickets that were merged into others. They are left out by default.',
  })
  readonly merged?: 'include' | 'only';

  @QueryChoice(['only'], { description: 'Deleted tickets. Only for admins.' })
  readonly deleted?: 'only';
}
