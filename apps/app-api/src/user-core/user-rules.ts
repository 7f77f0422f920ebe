import type { User } from '@helpdeskly/tenant-db';
import { UserMerged } from './errors.js';

/** Throws UserMerged when an account was joined with another. */
export function assertOwn({ mergedIntoId }: User): void {
  if (mergedIntoId !== null) throw new UserMerged(mergedIntoId);
}

/** Whether somebody can run the helpdesk. */
export function isActiveAdmin({ role, status }: Pick<User, 'role' | 'status'>): boolean {
  return role === 'ADMIN' && status === 'ACTIVE';
}

/** Whether somebody can be given tickets, at some time at least. */
export function canBeGivenTickets({ role, status }: Pick<User, 'role' | 'status'>): boolean {
  return role !== 'CUSTOMER' && status !== 'DISABLED';
}
