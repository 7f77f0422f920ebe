import { ValidationFailed } from '@helpdeskly/errors';

/** The time in a field's text, null without one. Throws ValidationFailed for one in the past. */
export function futureTime(field: string, text: string | null | undefined): Date | null {
  if (text === undefined || text === null) return null;
  const time = new Date(text);
  if (time.getTime() > Date.now()) return time;
  throw new ValidationFailed([{ field, code: 'past', message: 'This time is in the past.' }]);
}
