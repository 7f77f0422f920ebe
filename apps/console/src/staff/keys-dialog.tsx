import { Dialog } from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { keysAreOn, turnKeys } from '../shared/use-keys.js';

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

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [on, turn] = useState(keysAreOn);
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
          onChange={(event) => {
            turnKeys(event.target.checked);
            turn(event.target.checked);
          }}
        />
        <Trans>Single keys do something (they never do while you type)</Trans>
      </label>
    </Dialog>
  );
}
