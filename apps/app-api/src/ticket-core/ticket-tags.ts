import { TooManyTags } from './errors.js';
import { mostTags } from './ticket-limits.js';

/** What an edit says of tags: all of them, or those that come and go. */
export interface TagEdit {
  /** Null is none. */
  readonly tags?: readonly string[] | null;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
}

/** The tags that a ticket has after an edit, or undefined when it says nothing of them. Throws TooManyTags. */
export function retagged(
  before: readonly string[],
  { tags, addTags = [], removeTags = [] }: TagEdit,
): readonly string[] | undefined {
  if (tags !== undefined) return tags ?? [];
  if (addTags.length + removeTags.length === 0) return undefined;
  const after = [...new Set([...before, ...addTags])].filter((tag) => !removeTags.includes(tag));
  if (after.length > mostTags && after.length > before.length) throw new TooManyTags();
  return after;
}
