import { Avatar, classes, Failed, Time, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Hourglass, Lock } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Comment, Person, Ticket } from '../api/client.js';
import { commentsQuery } from '../tickets/ticket-queries.js';
import { AttachmentList } from './attachment-list.js';
import { Prose } from './prose.js';

/** What was said, oldest first. New comments are announced, and the newest is in sight unless one reads further up. */
export function Conversation({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const comments = useQuery(commentsQuery(ticket.number));
  const scroller = useRef<HTMLDivElement>(null);
  const count = comments.data?.length ?? 0;
  const atEnd = useRef(true);
  useEffect(() => {
    const box = scroller.current;
    if (box !== null && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [count]);
  return (
    <div
      ref={scroller}
      // Reached by keyboard, so that it can be scrolled without a mouse.
      tabIndex={0}
      role="region"
      aria-label={t`Conversation`}
      onScroll={({ currentTarget: box }) => {
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
      }}
      className="min-h-0 flex-1 overflow-auto px-4 py-4 outline-offset-[-2px]"
    >
      <div className="mx-auto flex max-w-3xl flex-col gap-3">
        <Entry author={ticket.author} at={ticket.createdAt}>
          <Prose text={ticket.description} />
        </Entry>
        {comments.isPending ? <Waiting label={t`Loading the conversation…`} /> : null}
        {comments.isError && comments.data === undefined ? (
          <Failed error={comments.error} onRetry={() => void comments.refetch()} />
        ) : null}
        <div role="log" aria-label={t`Comments`} className="flex flex-col gap-3">
          {comments.data?.map((comment) => (
            <CommentEntry key={comment.id} number={ticket.number} comment={comment} />
          ))}
        </div>
      </div>
    </div>
  );
}

function CommentEntry({ number, comment }: { number: number; comment: Comment }) {
  const { author, body, visibility, attachments, deliveries = [], redactedAt, createdAt, sendAt } = comment;
  return (
    <Entry author={author} at={createdAt} internal={visibility === 'INTERNAL'}>
      {redactedAt === null ? (
        <Prose text={body} />
      ) : (
        <p className="text-muted italic">
          <Trans>An admin has removed this text.</Trans>
        </p>
      )}
      <AttachmentList attachments={attachments} />
      {sendAt === null ? null : <Held number={number} sendAt={sendAt} />}
      {deliveries
        .filter(({ status }) => status === 'FAILED')
        .map(({ to, code }) => (
          <p key={to} className="mt-2 flex items-center gap-1.5 text-xs font-medium text-danger-text">
            <CircleAlert size={13} aria-hidden className="shrink-0" />
            {code === null ? (
              <Trans>Not delivered to {to}.</Trans>
            ) : (
              <Trans>
                Not delivered to {to} ({code}).
              </Trans>
            )}
          </p>
        ))}
    </Entry>
  );
}

/** A reply that has not left yet. What is refused at its time tells no stream, so the conversation is read again then. */
function Held({ number, sendAt }: { number: number; sendAt: string }) {
  const queries = useQueryClient();
  useEffect(() => {
    const read = () => void queries.invalidateQueries({ queryKey: commentsQuery(number).queryKey });
    const due = setTimeout(read, Math.max(0, Date.parse(sendAt) - Date.now()) + 1500);
    return () => clearTimeout(due);
  }, [queries, number, sendAt]);
  return (
    <p className="mt-2 flex items-center gap-1.5 text-xs font-medium text-muted">
      <Hourglass size={13} aria-hidden className="shrink-0" />
      <Trans>Only you see this until it leaves.</Trans>
    </p>
  );
}

interface EntryProps {
  readonly author: Person;
  readonly at: string;
  readonly internal?: boolean;
  readonly children: ReactNode;
}

/** Internal notes have another colour, a broken border, a lock and the word: nobody takes one for a reply. */
function Entry({ author, at, internal = false, children }: EntryProps) {
  const { t } = useLingui();
  const isStaff = author.role !== 'CUSTOMER';
  return (
    <article
      aria-label={internal ? t`Internal note by ${author.name}` : t`Comment by ${author.name}`}
      className={classes(
        'rounded-xl border px-4 py-3',
        internal ? 'border-dashed border-note-line bg-note' : 'border-line bg-raised',
        isStaff && !internal && 'sm:ml-8',
        !isStaff && 'sm:mr-8',
      )}
    >
      <header className="mb-2 flex items-center gap-2">
        <Avatar name={author.name} />
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">{author.name}</p>
          <p className="truncate text-xs text-muted">{author.email ?? (isStaff ? t`Support` : t`Customer`)}</p>
        </div>
        {internal ? (
          <span className="inline-flex items-center gap-1 text-xs font-semibold text-warn-text">
            <Lock size={12} aria-hidden />
            <Trans>Internal</Trans>
          </span>
        ) : null}
        <span className="text-xs text-muted">
          <Time at={at} />
        </span>
      </header>
      {children}
    </article>
  );
}
