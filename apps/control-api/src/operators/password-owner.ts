import type { PasswordOwner } from '@helpdeskly/auth';
import type { Operator } from '@helpdeskly/catalog';

/** An operator's names that attackers would try as a password. */
export function passwordOwner({ email, name }: Pick<Operator, 'email' | 'name'>): PasswordOwner {
  return { email, name, places: ['Helpdeskly'] };
}
