import { Button, CodeForm, SignInForm } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { EntryFrame } from './entry-frame.js';
import { ResetForm } from './reset-form.js';
import { signIn, verifyCode } from './session.js';

/** Email and password; then, for those who have one, the second factor. Whoever has forgotten the password can ask for a link. */
export function SignInPage({ ended }: { ended: boolean }) {
  const { t } = useLingui();
  const [mfaToken, challenge] = useState<string>();
  const [forgotten, forget] = useState(false);

  if (mfaToken !== undefined) {
    return (
      <EntryFrame title={t`Enter your code`}>
        <CodeForm verify={(code) => verifyCode(mfaToken, code)} onBack={() => challenge(undefined)} />
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
      <SignInForm signIn={signIn} onChallenge={challenge} />
      <Button look="quiet" className="mt-5 w-full" onClick={() => forget(true)}>
        <Trans>Forgot your password?</Trans>
      </Button>
    </EntryFrame>
  );
}
