import type { MailHeaders } from './mail-headers.js';

/** What a mail says of being written by a machine, or for many. */
export interface Automatism {
  /** Whether we may answer by ourselves. */
  readonly mayAnswer: boolean;
  /** Whether it may reopen a ticket: a machine's mail does not. */
  readonly mayReopen: boolean;
}

const suppressed = /\b(?:all|oof|autoreply|dr|rn|nrn)\b/i;

/** Groups forward human mail with list headers: those only stop our own answers. `loopMark` is what X-Loop of ours says. */
export function automatismOf(headers: MailHeaders, envelopeFrom: string, loopMark: string): Automatism {
  const submitted = headers.all('auto-submitted').some((value) => !/^no\b/i.test(value));
  const ours = headers.all('x-loop').some((value) => value.toLowerCase().includes(loopMark.toLowerCase()));
  const machine = submitted || ours || envelopeFrom === '';
  const many =
    headers.all('precedence').some((value) => /\b(?:bulk|junk|list|auto_reply)\b/i.test(value)) ||
    headers.has('list-id') ||
    headers.has('list-unsubscribe') ||
    headers.has('x-autoreply') ||
    headers.has('x-autorespond') ||
    headers.all('x-auto-response-suppress').some((value) => suppressed.test(value)) ||
    /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/i.test(headers.addresses('from')[0]?.address ?? '');
  return { mayAnswer: !machine && !many, mayReopen: !machine };
}
