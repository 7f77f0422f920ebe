import type { User } from '@helpdeskly/tenant-db';

/** Whether somebody works just now. */
export type Absence = Pick<User, 'away' | 'awayUntil'>;

export const present: Absence = { away: false, awayUntil: null };

/** Whether somebody is away now, and until when (null: until they say otherwise): a time that has passed ends it. */
export function absenceOf({ away, awayUntil }: Absence, now = new Date()): Absence {
  return away && (awayUntil === null || awayUntil > now) ? { away, awayUntil } : present;
}
