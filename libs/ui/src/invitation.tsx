import { Trans, useLingui } from '@lingui/react/macro';
import { type ComponentType, type ReactNode, type SubmitEvent, useState } from 'react';
import { Button } from './button.js';
import { CodeForm } from './code-form.js';
import { sentenceOf } from './failures.js';
import { Field } from './field.js';
import { textOf } from './form-text.js';
import type { MfaChallenge } from './session-keeper.js';

interface Accepted {
  readonly token: string;
  readonly password: string;
  readonly name?: string;
}

interface InvitationProps {
  readonly frame: ComponentType<{ readonly title: string; readonly children: ReactNode }>;
  /** Undefined when it has signed in. */
  readonly accept: (input: Accepted) => Promise<MfaChallenge | undefined>;
  readonly verify: (mfaToken: string, code: string) => Promise<void>;
  /** Whether the person may choose how they are called. */
  readonly asksName?: boolean;
}

/** `/invitation#<token>`: the part behind `#` never leaves the browser, and so stands in no log. */
export function Invitation({ frame: Frame, accept, verify, asksName = false }: InvitationProps) {
  const { t } = useLingui();
  const [token] = useState(() => location.hash.slice(1));
  const [mfaToken, challenge] = useState<string>();
  const [error, fail] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = asksName ? textOf(form, 'name').trim() : '';
    setBusy(true);
    fail(undefined);
    accept({ token, password: textOf(form, 'password'), ...(name === '' ? {} : { name }) })
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
      <Frame title={t`Enter your code`}>
        <CodeForm verify={(code) => verify(mfaToken, code)} onBack={() => location.assign('/')} />
      </Frame>
    );
  }
  return (
    <Frame title={t`Choose a password`}>
      {token === '' ? (
        <p role="alert">
          <Trans>This link is incomplete. Open it again from the message that you got.</Trans>
        </p>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          {asksName ? (
            <Field
              label={t`Your name`}
              hint={t`Leave it empty to keep the name that is there.`}
              name="name"
              autoComplete="name"
            />
          ) : null}
          <Field
            label={t`Password`}
            hint={t`At least 12 characters. A few words are easy to remember.`}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={12}
            maxLength={128}
            required
            autoFocus={!asksName}
            error={error}
          />
          <Button type="submit" look="primary" disabled={busy} className="min-h-10">
            <Trans>Set password and sign in</Trans>
          </Button>
        </form>
      )}
    </Frame>
  );
}
