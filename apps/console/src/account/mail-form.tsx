import { Editor, Failed, notify, textOf, Waiting } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';
import { userKeys } from '../manage/user-keys.js';
import { MailReaderFields } from '../shared/mail-reader.js';
import { userQuery } from '../tickets/people-queries.js';

const orNull = (text: string) => (text === '' ? null : text);

/** The language and the time zone of the mails to the person who is signed in. */
export function MailForm({ id }: { id: string }) {
  const { t } = useLingui();
  const user = useQuery(userQuery(id));
  if (user.isPending) return <Waiting label={t`Loading…`} />;
  const { data } = user;
  if (data === undefined) return <Failed error={user.error} onRetry={() => void user.refetch()} />;
  return (
    <Editor
      key={data.version}
      read={(form) => ({
        locale: orNull(textOf(form, 'locale')),
        timeZone: orNull(textOf(form, 'timeZone').trim()),
      })}
      save={(body) => unwrap(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body }))}
      onSaved={() => notify({ text: t`Saved` })}
      keys={userKeys(id)}
    >
      {(failure) => (
        <MailReaderFields
          locale={data.locale}
          timeZone={data.timeZone}
          none={t`As the helpdesk has it`}
          timeZoneError={failure?.of('timeZone')}
        />
      )}
    </Editor>
  );
}
