import { RowRefused } from './errors.js';

/** What PostgreSQL stores in no text. */
export const loneSurrogateOrNul = /[\p{Surrogate}\0]/u;

/** As deep as a body of a request may be. */
const deepest = 32;
/** In UTF-16 units, of all texts and keys together: the changes of the longest description fit. */
const longest = 1024 ** 2;

/** Throws RowRefused for JSON that cannot be kept: too deep, too long, or with characters that PostgreSQL does not store. */
export function assertSoundJson(name: string, value: unknown): void {
  const open: { readonly at: unknown; readonly depth: number }[] = [{ at: value, depth: 1 }];
  let size = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { at, depth } = next;
    if (typeof at === 'string' && loneSurrogateOrNul.test(at))
      throw wrong(name, 'holds a NUL or half of a surrogate pair');
    size += typeof at === 'string' ? at.length : 1;
    if (size > longest) throw wrong(name, 'is too long');
    if (typeof at !== 'object' || at === null) continue;
    if (depth > deepest) throw wrong(name, 'is nested too deep');
    if (!Array.isArray(at)) for (const key of Object.keys(at)) open.push({ at: key, depth });
    for (const each of Object.values(at)) open.push({ at: each, depth: depth + 1 });
  }
}

const wrong = (name: string, what: string) => new RowRefused('invalid_value', `The field ${name} ${what}.`);
