import { Confirm, Field } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';

interface TypedConfirmProps {
  readonly title: string;
  /** What has to be typed, letter by letter. */
  readonly word: string;
  readonly action: ReactNode;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What happens then. */
  readonly children: ReactNode;
}

/** Asks before what locks people out or cannot be undone: whose it is must be typed. */
export function TypedConfirm({ title, word, action, isBusy, onConfirm, onClose, children }: TypedConfirmProps) {
  const { t } = useLingui();
  const [typed, type] = useState('');
  const isRight = typed === word;
  return (
    <Confirm
      open
      title={title}
      action={action}
      disabled={isBusy || !isRight}
      onConfirm={() => isRight && onConfirm()}
      onClose={onClose}
    >
      {children}
      <Field
        label={t`Type ${word} to confirm`}
        value={typed}
        onChange={({ target }) => type(target.value)}
        autoComplete="off"
        spellCheck={false}
        autoFocus
      />
    </Confirm>
  );
}
