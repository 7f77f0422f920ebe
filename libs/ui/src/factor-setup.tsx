import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useRef } from 'react';
import type { AccountRoutes } from './account-routes.js';
import { ApiFailure } from './api.js';
import { Button } from './button.js';
import { sentenceOf } from './failures.js';
import { Field } from './field.js';
import { textOf } from './form-text.js';
import { Waiting } from './states.js';

/** Three steps: the secret goes into the app, a code proves it, and the recovery codes are kept somewhere else. */
export function FactorSetup({ account, onDone }: { account: AccountRoutes; onDone: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const begin = useMutation({ mutationFn: () => account.beginFactor() });
  const confirm = useMutation({
    mutationFn: (code: string) => account.confirmFactor(code),
    // All other sessions have ended: a password alone had opened them.
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    begin.mutate();
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    confirm.mutate(textOf(event.currentTarget, 'code').replace(/\s/g, ''));
  };
  if (confirm.data !== undefined) return <RecoveryCodes codes={confirm.data.recoveryCodes} onDone={onDone} />;
  if (begin.error !== null) {
    const isOn = begin.error instanceof ApiFailure && begin.error.code === 'mfa_enabled';
    return <p role="alert">{isOn ? t`Your second factor is already on.` : sentenceOf(begin.error)}</p>;
  }
  if (begin.data === undefined) return <Waiting label={t`Loading…`} />;
  const { secret, otpauthUrl } = begin.data;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <ol className="flex list-decimal flex-col gap-3 pl-5">
        <li>
          <Trans>Add an account in your authenticator app, and type this key there:</Trans>
          <p className="mt-1 rounded-md bg-sunken px-3 py-2 text-center font-mono tracking-wide break-all select-all">
            {secret.replace(/(.{4})(?=.)/g, '$1 ')}
          </p>
          <a href={otpauthUrl} className="mt-1 inline-block text-xs font-medium text-accent-text underline">
            <Trans>The app is on this device: open it</Trans>
          </a>
        </li>
        <li>
          <Trans>Type the code that the app shows:</Trans>
        </li>
      </ol>
      <Field
        label={t`Code`}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        error={confirm.error === null ? undefined : sentenceOf(confirm.error)}
      />
      <Button type="submit" look="primary" disabled={confirm.isPending}>
        <Trans>Continue</Trans>
      </Button>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useLingui();
  return (
    <div className="flex flex-col gap-4">
      <p>
        <Trans>
          The second factor is on. Keep these recovery codes where your phone is not: each lets you in once without it.
          They are not shown again.
        </Trans>
      </p>
      <ul aria-label={t`Recovery codes`} className="grid grid-cols-2 gap-1 rounded-md bg-sunken p-3 font-mono">
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={onDone}>
          <Trans>I have kept them</Trans>
        </Button>
        <Button onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}>
          <Trans>Copy</Trans>
        </Button>
      </div>
    </div>
  );
}
