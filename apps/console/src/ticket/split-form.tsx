import { Button, Field, sentenceOf, Time } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { api, type Ticket, unwrap } from '../api/client.js';
import { commentsQuery } from '../tickets/ticket-queries.js';

/** Chooses the comments that become a ticket of their own. */
export function SplitForm({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: comments = [] } = useQuery(commentsQuery(ticket.number));
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [title, setTitle] = useState(ticket.title);
  const split = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/tickets/{id}/split', {
          params: { path: { id: ticket.id }, header: { 'If-Match': `"${ticket.version}"` } },
          body: { commentIds: [...chosen], title },
        }),
      ),
    async onSuccess({ number }) {
      onDone();
      for (const part of ['ticket', 'comments', 'related'])
        void queries.invalidateQueries({ queryKey: [part, ticket.number] });
      await navigate({ to: '/tickets/$number', params: { number: String(number) } });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    split.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t`Subject of the new ticket`}
        value={title}
        required
        maxLength={200}
        onChange={({ target }) => setTitle(target.value)}
      />
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-xs font-medium text-muted">
          <Trans>Comments that move</Trans>
        </legend>
        {comments.map(({ id, author, body, createdAt, visibility }) => (
          <label key={id} className="flex cursor-pointer items-start gap-2 rounded-md p-2 hover:bg-sunken">
            <input
              type="checkbox"
              className="mt-1"
              checked={chosen.has(id)}
              onChange={() => {
                const next = new Set(chosen);
                if (!next.delete(id)) next.add(id);
                choose(next);
              }}
            />
            <span className="min-w-0 flex-1">
              <span className="text-xs text-muted">
                {author.name} · <Time at={createdAt} />
                {visibility === 'INTERNAL' ? (
                  <>
                    {' '}
                    · <Trans>Internal</Trans>
                  </>
                ) : null}
              </span>
              <span className="line-clamp-2">{body}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {split.error === null ? null : (
        <p role="alert" className="font-medium text-danger-text">
          {sentenceOf(split.error)}
        </p>
      )}
      <Button type="submit" look="primary" disabled={chosen.size === 0 || split.isPending}>
        <Trans>Split</Trans>
      </Button>
    </form>
  );
}
