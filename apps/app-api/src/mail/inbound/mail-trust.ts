import { isStaff } from '../../ticket-core/viewer.js';
import type { Correspondent } from './mail-senders.js';
import type { MailVerdict } from './mail-verdict.js';

/** What a mail may do in its sender's name. */
export interface Trust {
  /** Whether its sender is known to have written it. */
  readonly verified: boolean;
  /** Whether everybody in the ticket reads it, as the sender's word; else it is a note for the staff. */
  readonly speaks: boolean;
  /** Whether it lets further people into the ticket. */
  readonly invites: boolean;
}

/**
 * Anybody can write any From. Staff speak by DMARC's PASS alone. Customers speak by it or by their own reply address, and where nobody can
 * say who wrote: then it is marked. Where DMARC says that they did not write it, nothing is said in their name.
 */
export function trustIn(sender: Correspondent, verdict: MailVerdict, ownToken: boolean): Trust {
  const verified = verdict === 'PASS' || (ownToken && !isStaff(sender));
  return { verified, speaks: verified || (!isStaff(sender) && verdict === 'NONE'), invites: verified };
}
