import { Button, Field, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type User, unwrap } from '../api/client.js';
import { userKeys } from '../manage/user-keys.js';

/** Says that somebody does not work for a while, and that they are back. */
export function AwayForm({ user, isOwn }: { user: User; isOwn: boolean }) {
  const { t, i18n } = useLingui();
  const { id, away, awayUntil } = user;
  const [until, setUntil] = useState('');
  const say = useWrite(
    (body: { away: boolean; awayUntil?: string | null }) =>
      unwrap(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body })),
    { keys: userKeys(id), onDone: () => setUntil('') },
  );
  if (away)
    return (
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p>
          {awayUntil === null ? <Trans>Away.</Trans> : <Trans>Away until {momentOf(awayUntil, i18n.locale)}.</Trans>}
        </p>
        <Button disabled={say.isPending} onClick={() => say.mutate({ away: false })}>
          {isOwn ? <Trans>I am back</Trans> : <Trans>Say that they are back</Trans>}
        </Button>
      </div>
    );
  return (
    <div className="flex flex-wrap items-end justify-between gap-2">
      <Field
        label={t`Until (may be left empty)`}
        type="datetime-local"
        value={until}
        onChange={({ target }) => setUntil(target.value)}
      />
      <Button
        disabled={say.isPending}
        onClick={() => say.mutate({ away: true, awayUntil: until === '' ? null : new Date(until).toISOString() })}
      >
        {isOwn ? <Trans>I am away</Trans> : <Trans>Say that they are away</Trans>}
      </Button>
    </div>
  );
}

const momentOf = (at: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at));
