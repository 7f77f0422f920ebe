import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from './button.js';
import { Field } from './field.js';
import { notify } from './toaster.js';

/** A secret that the server does not tell again: to be copied now. */
export function OnceShown({ label, value, onClose }: { label: string; value: string; onClose: () => void }) {
  const { t } = useLingui();
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => notify({ text: t`Copied` }),
      () => notify({ tone: 'danger', text: t`Your browser did not allow it. Copy the text by hand.` }),
    );
  };
  return (
    <div className="flex flex-col gap-4">
      <Field
        label={label}
        hint={t`Keep it now: it is never shown again.`}
        readOnly
        value={value}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <div className="flex gap-2">
        <Button onClick={copy}>
          <Trans>Copy</Trans>
        </Button>
        <Button look="primary" onClick={onClose}>
          <Trans>I have kept it</Trans>
        </Button>
      </div>
    </div>
  );
}
