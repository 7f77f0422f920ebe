import { isUuid, type FilterRule } from '@helpdeskly/http';
import { TicketPriority, TicketStatus } from '@helpdeskly/tenant-db';
import { tagForm } from '../ticket-core/ticket-forms.js';

/** What one value of each filter of tickets is. */
export const filterRules = {
  status: oneOf(Object.values(TicketStatus)),
  priority: oneOf(Object.values(TicketPriority)),
  assignedTo: idOr(['me', 'none']),
  author: idOr(['me']),
  group: idOr(['mine', 'none']),
  participant: idOr(['me']),
  organization: idOr(['none']),
  tag: {
    normalise: (value: string) => value,
    accepts: (value: string) => tagForm.test(value),
    says: 'a tag',
    schema: { type: 'string', maxLength: 53 },
  },
} as const satisfies Record<string, FilterRule>;

function oneOf(names: readonly string[]): FilterRule {
  return {
    normalise: (value) => value.toUpperCase(),
    accepts: (value) => names.includes(value),
    says: `one of ${names.join(', ')}`,
    schema: { type: 'string', enum: names.flatMap((name) => [name, `-${name}`]) },
  };
}

function idOr(words: readonly string[]): FilterRule {
  return {
    normalise: (value) => value.toLowerCase(),
    accepts: (value) => words.includes(value) || isUuid(value),
    says: `a UUID or ${words.join(' or ')}`,
    schema: { type: 'string' },
  };
}
