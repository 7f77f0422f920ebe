import { Dialog, keysAreOn, turnKeys } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { places } from './places.js';

const others: readonly (readonly [string, MessageDescriptor])[] = [
  ['/', msg`Search the tenants`],
  ['n', msg`New tenant`],
  ['g p', msg`Your account`],
  ['?', msg`Show these keys`],
];

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [on, turn] = useState(keysAreOn);
  const keys = [...places.map(({ key, name }) => [`g ${key}`, name] as const), ...others];
  return (
    <Dialog open={open} onClose={onClose} title={t`Keys`} closeLabel={t`Close`} wide>
      <dl className="grid gap-x-8 gap-y-1.5 sm:grid-cols-2">
        {keys.map(([key, what]) => (
          <div key={key} className="flex items-center justify-between gap-4">
            <dt>{i18n._(what)}</dt>
            <dd className="flex gap-1">
              {key.split(' ').map((part) => (
                <kbd key={part} className="rounded border border-line bg-sunken px-1.5 py-px font-sans text-xs">
                  {part}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="mt-5 flex items-center gap-2">
        <input
          type="checkbox"
          checked={on}
          onChange={({ target }) => {
            turnKeys(target.checked);
            turn(target.checked);
          }}
        />
        <Trans>Single keys do something (they never do while you type)</Trans>
      </label>
    </Dialog>
  );
}
