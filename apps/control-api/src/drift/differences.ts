import type { CatalogObject } from './catalog-objects.queries.js';

/** Something that a database has otherwise than its template; null for what is not there. */
export interface Difference {
  readonly object: string;
  readonly expected: string | null;
  readonly found: string | null;
}

/** Of long definitions, so much is shown from a little before the place where they differ. */
const shownLength = 1000;
const shownBefore = 100;

/** What differs, by the names of the objects. */
export function differencesOf(expected: readonly CatalogObject[], found: readonly CatalogObject[]): Difference[] {
  const [wanted, there] = [byName(expected), byName(found)];
  const names = [...new Set([...wanted.keys(), ...there.keys()])].sort();
  return names.flatMap((object) => {
    const [before, now] = [wanted.get(object) ?? null, there.get(object) ?? null];
    return before === now ? [] : [{ object, ...excerpts(before, now) }];
  });
}

/** Objects of one name (which PostgreSQL does not have, but text may) stand together. */
function byName(objects: readonly CatalogObject[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const { object, definition } of objects) {
    const before = named.get(object);
    named.set(object, before === undefined ? definition : `${before}\n${definition}`);
  }
  return named;
}

function excerpts(expected: string | null, found: string | null): Omit<Difference, 'object'> {
  const [a, b] = [[...(expected ?? '')], [...(found ?? '')]];
  if (Math.max(a.length, b.length) <= shownLength) return { expected, found };
  const first = a.findIndex((character, index) => character !== b[index]);
  const from = Math.max(0, (first < 0 ? a.length : first) - shownBefore);
  const shown = (text: readonly string[]) =>
    (from > 0 ? '…' : '') +
    text.slice(from, from + shownLength).join('') +
    (text.length > from + shownLength ? '…' : '');
  return { expected: expected === null ? null : shown(a), found: found === null ? null : shown(b) };
}
