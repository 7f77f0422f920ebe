import { Button, Field } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { CodeForm } from './code-form.js';
import { EntryFrame } from './entry-frame.js';
import { sentenceOf } from './failures.js';
import { ResetForm } from './reset-form.js';
import { signIn } from './session.js';
import { textOf } from '../shared/form-text.js';

/** Email and password; then, for those who have one, the second factor. Whoever has forgotten the password can ask for a link. */
export function SignInPage({ ended }: { ended: boolean }) {
  const { t } = useLingui();
  const [mfaToken, challenge] = useState<string>();
  const [error, fail] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [forgotten, forget] = useState(false);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    fail(undefined);
    signIn(textOf(form, 'email'), textOf(form, 'password'))
      .then((answer) => challenge(answer?.mfaToken))
      .catch((reason: unknown) => fail(sentenceOf(reason)))
      .finally(() => setBusy(false));
  };

  if (mfaToken !== undefined) {
    return (
      <EntryFrame title={t`Enter your code`}>
        <CodeForm mfaToken={mfaToken} onBack={() => challenge(undefined)} />
      </EntryFrame>
    );
  }
  if (forgotten) {
    return (
      <EntryFrame title={t`Reset your password`}>
        <ResetForm onBack={() => forget(false)} />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title={t`Sign in`}>
      {ended ? (
        <p role="status" className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-warn-text">
          <Trans>Your session has ended. Sign in again; what you typed on this device is still here.</Trans>
        </p>
      ) : null}
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
      <Button look="quiet" className="mt-5 w-full" onClick={() => forget(true)}>
        <Trans>Forgot your password?</Trans>
      </Button>
    </EntryFrame>
  );
}
