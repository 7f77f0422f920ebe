import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Button } from './button.js';
import { Dialog } from './dialog.js';

interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly action: ReactNode;
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks before what cannot be undone. */
export function Confirm({ open, title, action, disabled, onConfirm, onClose, children }: ConfirmProps) {
  const { t } = useLingui();
  return (
    <Dialog open={open} onClose={onClose} title={title} closeLabel={t`Close`}>
      <div className="flex flex-col gap-4">
        {children}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="danger" disabled={disabled} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
