import { ApiFailure } from './api.js';
import { t } from '@lingui/core/macro';

/** What went wrong, for a person. The server's sentence is the last resort: it is in English. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiFailure)) return t`Something went wrong on this page. Reload it and try again.`;
  const seconds = error.retryAfter ?? 60;
  switch (error.code) {
    case 'offline':
      return t`There is no connection. Try again when you are online.`;
    case 'invalid_credentials':
      return t`The email address or the password is wrong.`;
    case 'token_invalid':
      return t`This link or code is no longer valid.`;
    case 'rate_limited':
      return t`Too many attempts. Try again in ${seconds} seconds.`;
    case 'forbidden':
      return t`You may not do this.`;
    case 'not_found':
      return t`It is no longer there.`;
    case 'version_conflict':
      return t`Somebody else has changed it meanwhile. Look at it again.`;
    case 'ticket_closed':
      return t`The ticket is closed.`;
    case 'email_taken':
      return t`Somebody already has this email address.`;
    case 'name_taken':
      return t`This name is already taken.`;
    case 'address_taken':
      return t`This address belongs to another mailbox, or to another helpdesk.`;
    case 'last_admin':
      return t`The helpdesk needs at least one active admin.`;
    case 'storage_limit':
      return t`The helpdesk's storage is full.`;
    case 'payload_too_large':
      return t`This file is too large.`;
    case 'attachment_infected':
      return t`This file contains a virus and was not stored.`;
    case 'merge_author_mismatch':
      return t`The two tickets are of different people.`;
    default:
      return error.problem.errors?.[0]?.message ?? error.problem.detail;
  }
}
