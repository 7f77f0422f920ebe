import { Button, Field, sentenceOf, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { askForReset } from './session.js';

/** Asks for a link that sets a new password. It says the same for every address, as the server does. */
export function ResetForm({ onBack }: { onBack: () => void }) {
  const { t } = useLingui();
  const [error, fail] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = textOf(event.currentTarget, 'email');
    setBusy(true);
    fail(undefined);
    askForReset({ email })
      .then(() => setAsked(true))
      .catch((reason: unknown) => fail(sentenceOf(reason)))
      .finally(() => setBusy(false));
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {asked ? (
        <p role="status">
          <Trans>
            If somebody signs in with this address, a mail with a link is on its way. If you get none, an admin of your
            helpdesk can give you a link.
          </Trans>
        </p>
      ) : (
        <>
          <Field label={t`Email`} name="email" type="email" autoComplete="username" error={error} required autoFocus />
          <Button type="submit" look="primary" disabled={busy} className="min-h-10">
            <Trans>Send me a link</Trans>
          </Button>
        </>
      )}
      <Button look="quiet" onClick={onBack}>
        <Trans>Back</Trans>
      </Button>
    </form>
  );
}
