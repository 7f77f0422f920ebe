import { Button, classes, EmptyState, Listing, notify, sentenceOf, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell } from 'lucide-react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { kindLabels } from './kinds.js';
import { notificationsQuery } from './notification-queries.js';

type Notification = Schemas['NotificationDto'];

/** What happened that concerns this person; following one marks it as read. */
export function NotificationsPage() {
  const { t } = useLingui();
  useTitle(t`Notifications`);
  const queries = useQueryClient();
  const list = useInfiniteQuery(notificationsQuery);
  const read = useMutation({
    mutationFn: (body: Schemas['ReadNotificationsDto']) => unwrap(api.POST('/api/v1/notifications/read', { body })),
    onError: (error) => notify({ tone: 'danger', text: sentenceOf(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
  });
  const all = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const newest = all[0];
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 px-4 py-6">
      <header className="flex items-center justify-between gap-2">
        <h1 className="text-lg font-semibold tracking-tight">
          <Trans>Notifications</Trans>
        </h1>
        {newest !== undefined && all.some(({ readAt }) => readAt === null) ? (
          <Button small onClick={() => read.mutate({ before: justAfter(newest.createdAt) })}>
            <Trans>Mark all as read</Trans>
          </Button>
        ) : null}
      </header>
      <Listing
        list={list}
        empty={
          <EmptyState icon={<Bell aria-hidden />} title={t`Nothing yet`}>
            <Trans>
              You are told here when a ticket is assigned to you, somebody mentions you, or a reply comes in.
            </Trans>
          </EmptyState>
        }
      >
        {(each) => <Entry notification={each} onRead={() => read.mutate({ ids: [each.id] })} />}
      </Listing>
    </div>
  );
}

function Entry({ notification, onRead }: { notification: Notification; onRead: () => void }) {
  const { t, i18n } = useLingui();
  const { kind, number, title, actor, readAt, createdAt } = notification;
  const isUnread = readAt === null;
  const text = (
    <>
      <span className={classes('block', isUnread && 'font-semibold')}>
        {i18n._(kindLabels[kind])}
        {isUnread ? <span className="sr-only"> ({t`unread`})</span> : null}
      </span>
      {number === null ? null : (
        <span className="block truncate text-muted">
          #{number} {title}
        </span>
      )}
      <span className="block text-xs text-muted">
        {actor === null ? null : `${actor.name} · `}
        <Time at={createdAt} />
      </span>
    </>
  );
  return (
    <li className="relative flex items-center gap-3 px-4 py-2.5 hover:bg-bg">
      <span aria-hidden className={classes('size-2 shrink-0 rounded-full', isUnread && 'bg-accent')} />
      {number === null ? (
        <div className="min-w-0 flex-1">{text}</div>
      ) : (
        <Link
          to="/tickets/$number"
          params={{ number: String(number) }}
          onClick={() => isUnread && onRead()}
          className="min-w-0 flex-1"
        >
          {text}
        </Link>
      )}
      {isUnread ? (
        <Button small look="quiet" onClick={onRead}>
          <Trans>Read</Trans>
        </Button>
      ) : null}
    </li>
  );
}

/** `before` does not include its own moment. */
const justAfter = (at: string): string => new Date(Date.parse(at) + 1).toISOString();
