import type { TenantPrisma } from '@helpdeskly/tenancy';

const mostAlike = 50;
/** A longer text is no name whose letters were swapped. */
const longest = 40;

/** Those whose name or email is most like `typed`, a name, the likest first. */
export async function likeliest(db: TenantPrisma, typed: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT l."id"::text AS "id" FROM "users_like"(${spellings(typed)}::text[]) l ORDER BY l."likeness" DESC, l."id" LIMIT ${mostAlike}::int`;
  return rows.map(({ id }) => id);
}

/**
 * What may have been meant: `typed`, and with two neighbouring letters swapped, which leaves of a short word no three letters
 * as they were.
 */
export function spellings(typed: string): string[] {
  const name = typed.trim().toLowerCase();
  const letters = [...name];
  if (letters.length > longest) return [name];
  const swapped = letters
    .slice(1)
    .map((letter, place) => letters.toSpliced(place, 2, letter, letters[place] ?? '').join(''));
  return [...new Set([name, ...swapped])].filter((spelling) => spelling !== '');
}
