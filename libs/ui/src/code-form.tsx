import { Trans, useLingui } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { Button } from './button.js';
import { sentenceOf } from './failures.js';
import { Field } from './field.js';
import { textOf } from './form-text.js';

/** The code of an authenticator app, or one of the recovery codes. */
export function CodeForm({ verify, onBack }: { verify: (code: string) => Promise<void>; onBack: () => void }) {
  const { t } = useLingui();
  const [error, fail] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = textOf(event.currentTarget, 'code');
    setBusy(true);
    fail(undefined);
    verify(code)
      .catch((reason: unknown) => fail(sentenceOf(reason)))
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t`Code`}
        hint={t`From your authenticator app, or one of your recovery codes.`}
        error={error}
        name="code"
        autoComplete="one-time-code"
        required
        autoFocus
      />
      <Button type="submit" look="primary" disabled={busy} className="min-h-10">
        <Trans>Continue</Trans>
      </Button>
      <Button look="quiet" onClick={onBack}>
        <Trans>Back</Trans>
      </Button>
    </form>
  );
}
