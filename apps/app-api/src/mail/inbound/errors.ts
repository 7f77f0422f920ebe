/** Raised when a mail is not taken: with the reply by which SMTP says so (RFC 5321, RFC 3463). 4xx asks the sender to try again. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';

  constructor(
    readonly responseCode: number,
    status: string,
    readonly sentence: string,
    /** Those that HTTP answers, too, each by a problem of its own. */
    readonly kind?: 'no_room' | 'operators_no_room' | 'operators_too_large',
  ) {
    super(`${status} ${sentence}`);
  }
}

export const unknownRecipient = () => new MailRefused(550, '5.1.1', 'There is no such mailbox here.');
export const unknownSender = () => new MailRefused(550, '5.7.1', 'This helpdesk takes mail from known senders only.');
export const tryAgain = () => new MailRefused(451, '4.3.0', 'This helpdesk cannot take mail now. Try again later.');
export const tooLarge = () => new MailRefused(552, '5.3.4', 'The message has more than 25 MiB.');
export const noRoom = () => new MailRefused(452, '4.2.2', 'This helpdesk has no room for this message.', 'no_room');
export const tooLargeForOperators = () =>
  new MailRefused(552, '5.3.4', 'A message to this address has at most 1 MiB.', 'operators_too_large');
export const noRoomForOperators = () =>
  new MailRefused(452, '4.2.2', 'There is no room for this message now.', 'operators_no_room');
export const otherTenant = () =>
  new MailRefused(452, '4.5.3', 'This recipient belongs to another helpdesk. Send it in a transaction of its own.');
export const tooManyRecipients = () => new MailRefused(452, '4.5.3', 'A message has at most 100 recipients.');
