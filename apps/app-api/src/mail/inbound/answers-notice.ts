import { readOwnMessageId } from '../../mail-core/message-ids.js';
import { isStaff } from '../../ticket-core/viewer.js';
import type { FiledMail } from './filed-mail.js';

/**
 * Whether a machine answers what a machine of ours wrote: a colleague on holiday, for whom a ticket was assigned, opens no ticket by that
 * and tells no customer of it.
 */
export function answersNotice({
  letter,
  sender,
  automatism,
  place,
}: Pick<FiledMail, 'letter' | 'sender' | 'automatism' | 'place'>): boolean {
  if (automatism.mayReopen) return false;
  if (isStaff(sender) && place !== undefined) return true;
  return letter.answers.some((messageId) => {
    const ours = readOwnMessageId(messageId);
    return ours !== undefined && ours.ticketId === undefined;
  });
}
