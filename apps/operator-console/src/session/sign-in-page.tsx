import { CodeForm, SignInForm } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { EntryFrame } from './entry-frame.js';
import { signIn, verifyCode } from './session.js';

/** Email and password; then, for those who have one, the second factor or a recovery code. */
export function SignInPage({ ended }: { ended: boolean }) {
  const { t } = useLingui();
  const [mfaToken, challenge] = useState<string>();
  if (mfaToken !== undefined) {
    return (
      <EntryFrame title={t`Enter your code`}>
        <CodeForm verify={(code) => verifyCode(mfaToken, code)} onBack={() => challenge(undefined)} />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title={t`Operators: sign in`}>
      {ended ? (
        <p role="status" className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-warn-text">
          <Trans>Your session has ended. Sign in again.</Trans>
        </p>
      ) : null}
      <SignInForm signIn={signIn} onChallenge={challenge} />
    </EntryFrame>
  );
}
