import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';

export interface Section {
  readonly to: string;
  readonly name: MessageDescriptor;
  /** For ADMINs alone. */
  readonly admins?: true;
}

/** What is managed of a helpdesk beside its tickets, in the order of the menu. */
export const sections: readonly Section[] = [
  { to: '/manage/reports', name: msg`Reports`, admins: true },
  { to: '/manage/users', name: msg`Users` },
  { to: '/manage/organizations', name: msg`Organizations` },
  { to: '/manage/groups', name: msg`Groups` },
  { to: '/manage/macros', name: msg`Macros` },
  { to: '/manage/views', name: msg`Views` },
  { to: '/manage/mailboxes', name: msg`Mailboxes`, admins: true },
  { to: '/manage/inbound-mails', name: msg`Mails that arrived`, admins: true },
  { to: '/manage/undeliverable-addresses', name: msg`Undeliverable addresses` },
  { to: '/manage/templates', name: msg`Mail templates`, admins: true },
  { to: '/manage/settings', name: msg`Settings` },
  { to: '/manage/api-keys', name: msg`API keys`, admins: true },
  { to: '/manage/webhooks', name: msg`Webhooks`, admins: true },
  { to: '/manage/exports', name: msg`Export`, admins: true },
  { to: '/manage/imports', name: msg`Import`, admins: true },
  { to: '/manage/audit', name: msg`Audit trail`, admins: true },
];
