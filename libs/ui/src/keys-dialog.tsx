import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Dialog } from './dialog.js';
import { keysAreOn, turnKeys } from './use-keys.js';

interface KeysDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Each key, or two in a row as `g t`, with what it does. */
  readonly keys: readonly (readonly [string, MessageDescriptor])[];
}

/** Which keys do what, and the choice to turn single ones off. */
export function KeysDialog({ open, onClose, keys }: KeysDialogProps) {
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
