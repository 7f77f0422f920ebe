import {
  Badge,
  Button,
  Confirm,
  Dialog,
  EmptyState,
  Failed,
  Listing,
  Page,
  pages,
  Row,
  Time,
  useTitle,
  useWrite,
  Waiting,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { MailWarning } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { ListFilter } from '../shared/list-filter.js';

type Mail = Schemas['OperatorMailDto'];
type State = 'unread' | 'read';

const keys = [['mails'], ['incidents'], ['fleet']];

const mailsList = (state: State | '') =>
  pages(['mails', 'list', state], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/operator-mails', {
        params: { query: { ...(state === '' ? {} : { state }), limit: 25, cursor } },
        signal,
      }),
    ),
  );

/** What strangers wrote to postmaster@ and abuse@. While one is unread an incident is open. */
export function MailsPage() {
  const { t } = useLingui();
  useTitle(t`Postmaster`);
  const [state, choose] = useState<State | ''>('unread');
  const [shown, show] = useState<Mail>();
  const list = useInfiniteQuery({ ...mailsList(state), refetchInterval: 30_000 });
  return (
    <Page title={t`Postmaster`} about={<Trans>What came to postmaster@ and abuse@, of every helpdesk.</Trans>}>
      <ListFilter label={t`State`} value={state} onChoose={choose}>
        <option value="unread">{t`Unread`}</option>
        <option value="read">{t`Read`}</option>
        <option value="">{t`Every state`}</option>
      </ListFilter>
      <Listing list={list} empty={<EmptyState icon={<MailWarning aria-hidden />} title={t`No mail`} />}>
        {(mail) => (
          <Row
            title={mail.subject ?? t`Without a subject`}
            details={
              <>
                {mail.from ?? t`nobody`} → {mail.recipient} · <Time at={mail.receivedAt} />
              </>
            }
            aside={
              <>
                {mail.readAt === null ? (
                  <Badge tone="warn">
                    <Trans>Unread</Trans>
                  </Badge>
                ) : null}
                <Button
                  small
                  aria-label={t`Show ${mail.subject ?? t`the mail without a subject`}`}
                  onClick={() => show(mail)}
                >
                  <Trans>Show…</Trans>
                </Button>
              </>
            }
          />
        )}
      </Listing>
      {shown === undefined ? null : <MailDialog mail={shown} onClose={() => show(undefined)} />}
    </Page>
  );
}

/** The message as it came: its text, and no link or picture of it. */
function MailDialog({ mail: { id, subject, clientAddress, readAt }, onClose }: { mail: Mail; onClose: () => void }) {
  const { t } = useLingui();
  const [removes, remove] = useState(false);
  const path = { id };
  const message = useQuery({
    queryKey: ['mails', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/operator-mails/{id}', { params: { path }, signal })),
  });
  const read = useWrite(() => unwrap(api.POST('/api/v1/operator-mails/{id}/read', { params: { path } })), {
    keys,
    onDone: onClose,
  });
  const deletion = useWrite(() => unwrap(api.DELETE('/api/v1/operator-mails/{id}', { params: { path } })), {
    keys,
    onDone: onClose,
  });
  if (removes)
    return (
      <Confirm
        open
        title={t`Delete the mail`}
        action={<Trans>Delete</Trans>}
        disabled={deletion.isPending}
        onConfirm={() => deletion.mutate()}
        onClose={() => remove(false)}
      >
        <p>
          <Trans>The message is gone then.</Trans>
        </p>
      </Confirm>
    );
  return (
    <Dialog open wide onClose={onClose} title={subject ?? t`Without a subject`} closeLabel={t`Close`}>
      <div className="flex flex-col gap-4">
        {clientAddress === null ? null : (
          <p className="text-muted">
            <Trans>Handed in by {clientAddress}. Anybody can write any sender.</Trans>
          </p>
        )}
        {message.isPending ? (
          <Waiting label={t`Loading…`} />
        ) : message.data === undefined ? (
          <Failed error={message.error} onRetry={() => void message.refetch()} />
        ) : (
          <pre
            tabIndex={0}
            aria-label={t`The message as it came`}
            role="region"
            className="max-h-96 overflow-auto rounded-md bg-sunken p-3 text-xs break-words whitespace-pre-wrap"
          >
            {message.data.source}
          </pre>
        )}
        <div className="flex flex-wrap gap-2">
          {readAt === null ? (
            <Button look="primary" disabled={read.isPending} onClick={() => read.mutate()}>
              <Trans>Mark as read</Trans>
            </Button>
          ) : null}
          <Button onClick={() => remove(true)}>
            <Trans>Delete…</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
