import { KeysDialog as Dialog } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { places } from './places.js';

const keys: readonly (readonly [string, MessageDescriptor])[] = [
  ...places.map(({ key, name }) => [`g ${key}`, name] as const),
  ['/', msg`Search the tenants`],
  ['n', msg`New tenant`],
  ['g p', msg`Your account`],
  ['?', msg`Show these keys`],
];

export function KeysDialog(props: { open: boolean; onClose: () => void }) {
  return <Dialog {...props} keys={keys} />;
}
