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
      'Full-text search in the language of the helpdesk\'s settings: words, "phrases", or, -without, begin*. It searches title, description, the comments that the caller may see, the names of their attachments, and the requester’s name and address; for agents and admins also tags, the requester’s former addresses and what was merged into a ticket. A word ends at every character that is no letter, digit or mark. Each part of a code, file name, path, domain or URL finds it, and so does the whole, with or without its separators; the groups of a code can also be divided by single spaces. The parts of an email address find it, and so does the whole address. The digits of a phone number find it, with or without the country\'s. Any two characters find Chinese, Japanese, Korean and Thai text. Accents and the script of digits do not matter. Words that the language drops count only if there are no others. The number of a ticket (`90`, `#90`) puts that ticket first. Without `sort` the best of the newest 1,000 matches come first; `include=total` counts all. Text that is empty or invisible filters nothing.',
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
