import type { PasswordOwner } from '@helpdeskly/auth';
import type { Operator } from '@helpdeskly/catalog';

/** An operator as somebody who guesses passwords thinks of one. */
export function passwordOwner({ email, name }: Pick<Operator, 'email' | 'name'>): PasswordOwner {
  return { email, name, places: ['Helpdeskly'] };
}
