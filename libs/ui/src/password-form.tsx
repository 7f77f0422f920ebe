import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import type { AccountRoutes, NewPassword } from './account-routes.js';
import { ApiFailure } from './api.js';
import { Button } from './button.js';
import { sentenceOf } from './failures.js';
import { Field } from './field.js';
import { textOf } from './form-text.js';
import { notify } from './toaster.js';

export function PasswordForm({ account, email }: { account: AccountRoutes; email: string }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (passwords: NewPassword) => account.changePassword(passwords),
    onSuccess: () => {
      notify({ text: t`Password changed. All other sessions have ended.` });
      return queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    change.mutate(
      { currentPassword: textOf(form, 'current'), newPassword: textOf(form, 'new') },
      { onSuccess: () => form.reset() },
    );
  };
  const failure = change.error instanceof ApiFailure ? change.error : undefined;
  const isWrong = failure?.code === 'invalid_credentials';
  const ofNew = failure?.of('newPassword');
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {/* Password managers look for the name that a password belongs to. */}
      <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
      <Field
        label={t`Present password`}
        name="current"
        type="password"
        autoComplete="current-password"
        required
        error={isWrong ? t`This is not your password.` : failure?.of('currentPassword')}
      />
      <Field
        label={t`New password`}
        hint={t`At least 12 characters. A few words are easy to remember.`}
        name="new"
        type="password"
        autoComplete="new-password"
        minLength={12}
        maxLength={128}
        required
        error={ofNew}
      />
      {change.error === null || isWrong || ofNew !== undefined ? null : (
        <p role="alert" className="font-medium text-danger-text">
          {sentenceOf(change.error)}
        </p>
      )}
      <div>
        <Button type="submit" disabled={change.isPending}>
          <Trans>Change the password</Trans>
        </Button>
      </div>
    </form>
  );
}
