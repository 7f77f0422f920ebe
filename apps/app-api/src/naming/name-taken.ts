import { isUniqueViolation } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';
import { nameKeyOf } from '@helpdeskly/http';

/** Raised when another one of its kind has this name, in whatever case. */
class NameTaken extends DomainError {
  readonly code = 'name_taken';
  constructor(kind: string) {
    super(`Another ${kind} has this name.`);
  }
}

/** What is stored of a name: as it was given, and a key that is unique regardless of case. */
export function named(name: string): { readonly name: string; readonly nameKey: string } {
  return { name, nameKey: nameKeyOf(name) };
}

const uniqueNames = { group: 'Group_nameKey_key', organization: 'Organization_nameKey_key' } as const;

/** Throws NameTaken. */
export async function orNameTaken<T>(kind: keyof typeof uniqueNames, write: PromiseLike<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isUniqueViolation(error, uniqueNames[kind])) throw new NameTaken(kind);
    throw error;
  }
}
