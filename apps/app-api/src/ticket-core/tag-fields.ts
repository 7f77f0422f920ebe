import { Agreeing, TextList, type Broken, type FieldOptions } from '@helpdeskly/http';
import { tagForm } from './ticket-forms.js';
import { mostTags } from './ticket-limits.js';

type Options = Pick<FieldOptions, 'description'> & { readonly minItems?: number };

const listOf = (options: FieldOptions & { readonly minItems?: number }) =>
  TextList({ ...options, optional: true, maxItems: mostTags, pattern: tagForm });

/** In a body: all tags of a ticket. */
export const Tags = (options: FieldOptions): PropertyDecorator => listOf({ ...options, nullable: true });

/** In a body: tags beside those that are there. */
export const AddTags = (options: Options = {}): PropertyDecorator =>
  Agreeing(
    ({ tags }) => aloneWith(tags),
    listOf({ description: 'Added to the tags that the ticket has; cannot be combined with `tags`.', ...options }),
  );

/** In a body: tags that go. */
export const RemoveTags = (options: Options = {}): PropertyDecorator =>
  Agreeing(
    (sent) => aloneWith(sent.tags) ?? oneWay(sent),
    listOf({ description: 'Removed from the ticket; cannot repeat `addTags` or be combined with `tags`.', ...options }),
  );

function aloneWith(tags: unknown): Broken | undefined {
  return tags === undefined ? undefined : ['conflict', '`tags` takes the place of all tags: send one or the other.'];
}

function oneWay({ addTags, removeTags }: Readonly<Record<string, unknown>>): Broken | undefined {
  // Lists that are too long are refused for that.
  if (!isShortList(addTags) || !isShortList(removeTags)) return undefined;
  const added = new Set(addTags.map(trimmed));
  return removeTags.some((tag) => added.has(trimmed(tag)))
    ? ['conflict', 'A tag is added or removed, not both by one change.']
    : undefined;
}

const isShortList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length <= mostTags;
const trimmed = (tag: unknown) => (typeof tag === 'string' ? tag.trim() : tag);
