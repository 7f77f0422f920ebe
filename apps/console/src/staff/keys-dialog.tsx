import { KeysDialog as Dialog } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

const keys: readonly (readonly [string, MessageDescriptor])[] = [
  ['j', msg`Next ticket`],
  ['k', msg`Previous ticket`],
  ['o', msg`Open the ticket`],
  ['x', msg`Select the ticket`],
  ['e', msg`Resolve`],
  ['r', msg`Reply`],
  ['i', msg`Internal note`],
  ['a', msg`Assign`],
  ['s', msg`Change status`],
  ['p', msg`Change priority`],
  ['t', msg`Change tags`],
  ['u', msg`Back to the list`],
  ['n', msg`New ticket`],
  ['g m', msg`My tickets`],
  ['g u', msg`Unassigned`],
  ['g o', msg`All unsolved`],
  ['g a', msg`All tickets`],
  ['g n', msg`Notifications`],
  ['g p', msg`Your account`],
  ['/', msg`Search`],
  ['Ctrl K', msg`Search and commands`],
  ['Ctrl Enter', msg`Send`],
  ['?', msg`Show these keys`],
];

export function KeysDialog(props: { open: boolean; onClose: () => void }) {
  return <Dialog {...props} keys={keys} />;
}
