import { Button, CodeForm, Field, sentenceOf, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { EntryFrame } from './entry-frame.js';
import { acceptInvitation, verifyCode } from './session.js';

/** `/invitation#<token>`: the part behind `#` never leaves the browser, and so stands in no log. */
export default function InvitationPage() {
  const { t } = useLingui();
  const [token] = useState(() => location.hash.slice(1));
  const [mfaToken, challenge] = useState<string>();
  const [error, fail] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    fail(undefined);
    acceptInvitation({ token, password: textOf(event.currentTarget, 'password') })
      .then((answer) => {
        if (answer === undefined) return location.replace('/'); // Signed in: the page begins anew, without the token.
        history.replaceState(null, '', '/');
        challenge(answer.mfaToken);
      })
      .catch((reason: unknown) => fail(sentenceOf(reason)))
      .finally(() => setBusy(false));
  };

  if (mfaToken !== undefined) {
    return (
      <EntryFrame title={t`Enter your code`}>
        <CodeForm verify={(code) => verifyCode(mfaToken, code)} onBack={() => location.assign('/')} />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title={t`Choose a password`}>
      {token === '' ? (
        <p role="alert">
          <Trans>This link is incomplete. Open it again from the message that you got.</Trans>
        </p>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Field
            label={t`Password`}
            hint={t`At least 12 characters. A few words are easy to remember.`}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={12}
            maxLength={128}
            required
            autoFocus
            error={error}
          />
          <Button type="submit" look="primary" disabled={busy} className="min-h-10">
            <Trans>Set password and sign in</Trans>
          </Button>
        </form>
      )}
    </EntryFrame>
  );
}
