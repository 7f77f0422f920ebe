import { Button, Confirm, notify, saveFile, useWrite } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type Schemas, type User, unwrap } from '../api/client.js';
import { PersonField } from '../shared/person-field.js';
import { userKeys } from './user-keys.js';

/** What is stored of the person: to hand it out, to join two accounts, to take it away. */
export function UserData({ user }: { user: User }) {
  const { t } = useLingui();
  const { id, version } = user;
  const [preview, show] = useState<Schemas['ErasurePreviewDto']>();
  const [into, merge] = useState<User>();
  const hand = useWrite(() => unwrap(api.POST('/api/v1/users/{id}/export', { params: { path: { id } } })), {
    keys: [],
    onDone: (data) => download(data, `${id}.json`),
  });
  const look = useWrite(
    () => unwrap(api.POST('/api/v1/users/{id}/anonymize', { params: { path: { id } }, body: { dryRun: true } })),
    { keys: [], onDone: (answer) => 'dryRun' in answer && show(answer) },
  );
  const erase = useWrite(
    () => unwrap(api.POST('/api/v1/users/{id}/anonymize', { params: { path: { id } }, body: {} })),
    {
      keys: userKeys(id),
      onDone: () => {
        show(undefined);
        notify({ text: t`Anonymized` });
      },
    },
  );
  const join = useWrite(
    (intoId: string) =>
      unwrap(
        api.POST('/api/v1/users/{id}/merge', {
          params: { path: { id }, header: { 'If-Match': `"${version}"` } },
          body: { intoId },
        }),
      ),
    {
      keys: userKeys(id),
      onDone: () => {
        merge(undefined);
        notify({ text: t`Merged` });
      },
    },
  );
  return (
    <>
      {user.role === 'CUSTOMER' ? (
        <PersonField
          label={t`Merge into another account of this customer`}
          placeholder={t`Name or address`}
          only="customer"
          onChoose={merge}
        />
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button disabled={hand.isPending} onClick={() => hand.mutate(undefined)}>
          <Trans>Download everything</Trans>
        </Button>
        <Button disabled={look.isPending} onClick={() => look.mutate(undefined)}>
          <Trans>Anonymize…</Trans>
        </Button>
      </div>
      <Confirm
        open={preview !== undefined}
        title={t`Anonymize ${user.name}`}
        action={<Trans>Anonymize</Trans>}
        disabled={erase.isPending}
        onConfirm={() => erase.mutate(undefined)}
        onClose={() => show(undefined)}
      >
        <p>
          <Trans>
            Name and addresses go from the account and from everything that was written. It cannot be undone.
          </Trans>
        </p>
        <ul className="list-disc pl-5">
          <li>
            <Plural value={preview?.counts.tickets ?? 0} one="# ticket changes" other="# tickets change" />
          </li>
          <li>
            <Plural value={preview?.counts.comments ?? 0} one="# comment changes" other="# comments change" />
          </li>
          <li>
            <Plural value={preview?.removed.files ?? 0} one="# file is deleted" other="# files are deleted" />
          </li>
        </ul>
      </Confirm>
      <Confirm
        open={into !== undefined}
        title={t`Merge the accounts`}
        action={<Trans>Merge</Trans>}
        disabled={join.isPending}
        onConfirm={() => into !== undefined && join.mutate(into.id)}
        onClose={() => merge(undefined)}
      >
        <p>
          <Trans>
            Tickets and addresses of {user.name} go to {into?.name} ({into?.email}), and this account ends. It cannot be
            undone.
          </Trans>
        </p>
      </Confirm>
    </>
  );
}

function download(data: unknown, name: string): void {
  saveFile(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }), name);
}
