import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';

export interface Section {
  readonly to: string;
  readonly name: MessageDescriptor;
  readonly about?: MessageDescriptor;
  /** For ADMINs alone. */
  readonly admins?: true;
}

/** What is managed of a helpdesk beside its tickets, in the order of the menu. */
export const sections: readonly Section[] = [
  { to: '/manage/users', name: msg`Users` },
  { to: '/manage/organizations', name: msg`Organizations` },
  { to: '/manage/groups', name: msg`Groups` },
];
