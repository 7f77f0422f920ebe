import { KeysDialog as Dialog } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useMay } from '../session/session.js';
import { isOpen, places } from './places.js';

/** Keys, what they do, and the page that they need. */
const keys: readonly (readonly [string, MessageDescriptor, string])[] = [
  ...places.map(({ key, name, to }) => [`g ${key}`, name, to] as const),
  ['/', msg`Search the tenants`, '/tenants'],
  ['n', msg`New tenant`, '/tenants/new'],
  ['g p', msg`Your account`, '/account'],
  ['?', msg`Show these keys`, '/'],
];

/** The keys that the operator may use. */
export function KeysDialog(props: { open: boolean; onClose: () => void }) {
  const may = useMay();
  const own = keys.filter(([, , page]) => isOpen(page, may)).map(([key, name]) => [key, name] as const);
  return <Dialog {...props} keys={own} />;
}
