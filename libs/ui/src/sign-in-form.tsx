import { Trans, useLingui } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { Button } from './button.js';
import { sentenceOf } from './failures.js';
import { Field } from './field.js';
import { textOf } from './form-text.js';
import type { MfaChallenge } from './session-keeper.js';

interface SignInFormProps {
  readonly signIn: (email: string, password: string) => Promise<MfaChallenge | undefined>;
  /** Whoever has a second factor is asked for it next. */
  readonly onChallenge: (mfaToken: string | undefined) => void;
}

export function SignInForm({ signIn, onChallenge }: SignInFormProps) {
  const { t } = useLingui();
  const [error, fail] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    fail(undefined);
    signIn(textOf(form, 'email'), textOf(form, 'password'))
      .then((answer) => onChallenge(answer?.mfaToken))
      .catch((reason: unknown) => fail(sentenceOf(reason)))
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t`Email`} name="email" type="email" autoComplete="username" required autoFocus />
      <Field label={t`Password`} name="password" type="password" autoComplete="current-password" required />
      {error === undefined ? null : (
        <p role="alert" className="font-medium text-danger-text">
          {error}
        </p>
      )}
      <Button type="submit" look="primary" disabled={busy} className="min-h-10">
        <Trans>Sign in</Trans>
      </Button>
    </form>
  );
}
