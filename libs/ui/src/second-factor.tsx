import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { AccountRoutes } from './account-routes.js';
import { ApiFailure } from './api.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { FactorSetup } from './factor-setup.js';
import { sentenceOf } from './failures.js';
import { Field } from './field.js';
import { textOf } from './form-text.js';
import { notify } from './toaster.js';

/** Turns the code of an authenticator app on and off. */
export function SecondFactor({ account }: { account: AccountRoutes }) {
  const { t } = useLingui();
  const [doing, setDoing] = useState<'on' | 'off'>();
  const close = () => setDoing(undefined);
  return (
    <>
      <p className="text-muted">
        <Trans>
          With a second factor, signing in asks for a code of your phone's authenticator app after the password.
        </Trans>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setDoing('on')}>
          <Trans>Set up</Trans>
        </Button>
        <Button look="quiet" onClick={() => setDoing('off')}>
          <Trans>Turn off</Trans>
        </Button>
      </div>
      <Dialog open={doing === 'on'} onClose={close} title={t`Set up a second factor`} closeLabel={t`Close`}>
        <FactorSetup account={account} onDone={close} />
      </Dialog>
      <Dialog open={doing === 'off'} onClose={close} title={t`Turn the second factor off`} closeLabel={t`Close`}>
        <TurnOff account={account} onDone={close} />
      </Dialog>
    </>
  );
}

function TurnOff({ account, onDone }: { account: AccountRoutes; onDone: () => void }) {
  const { t } = useLingui();
  const turnOff = useMutation({
    mutationFn: (password: string) => account.turnFactorOff(password),
    onSuccess() {
      notify({ text: t`The second factor is off.` });
      onDone();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    turnOff.mutate(textOf(event.currentTarget, 'password'));
  };
  const { error } = turnOff;
  const isWrong = error instanceof ApiFailure && error.code === 'invalid_credentials';
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t`Your password`}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        error={error === null ? undefined : isWrong ? t`This is not your password.` : sentenceOf(error)}
      />
      <Button type="submit" look="danger" disabled={turnOff.isPending}>
        <Trans>Turn off</Trans>
      </Button>
    </form>
  );
}
