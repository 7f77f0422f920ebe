import { Button, sentenceOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type FoundTicket, type Ticket, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { TicketField } from '../shared/ticket-field.js';
import { StatusBadge } from '../tickets/status-badge.js';

/** Chooses the ticket that this one goes into, and says first what will come of it: a merge cannot be undone. */
export function MergeForm({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [into, choose] = useState<FoundTicket>();
  const [force, setForce] = useState(false);
  const merge = useMutation({
    mutationFn: (target: FoundTicket) =>
      unwrap(
        api.POST('/api/v1/tickets/{id}/merge', {
          params: { path: { id: ticket.id }, header: { 'If-Match': `"${ticket.version}"` } },
          body: { intoId: target.id, ...(force ? { force } : {}) } as never,
        }),
      ),
    async onSuccess(_source, { number }) {
      onDone();
      await navigate({ to: '/tickets/$number', params: { number: String(number) } });
      for (const part of ['ticket', 'comments', 'related']) {
        void queries.invalidateQueries({ queryKey: [part, number] });
        void queries.invalidateQueries({ queryKey: [part, ticket.number] });
      }
    },
  });
  const isOfOther = into !== undefined && into.authorId !== ticket.authorId;
  return (
    <div className="flex min-h-72 flex-col gap-4">
      <TicketField
        label={t`Merge #${ticket.number} into`}
        placeholder={t`Number or words`}
        except={ticket.number}
        onChoose={(target) => {
          setForce(false);
          merge.reset();
          choose(target);
        }}
      />
      {into === undefined ? null : (
        <>
          <article aria-label={t`The ticket that stays`} className="rounded-lg border border-line p-3">
            <p className="flex items-center gap-2 font-medium">
              <span className="min-w-0 flex-1 truncate">
                #{into.number} {into.title}
              </span>
              <StatusBadge status={into.status} />
            </p>
            <p className="text-xs text-muted">{into.author.name}</p>
            <p className="mt-2 line-clamp-3 text-muted">{into.description}</p>
          </article>
          <ul className="list-disc pl-5 text-muted">
            <li>
              <Trans>
                #{ticket.number} is closed for good. Its text and public comments move to #{into.number}.
              </Trans>
            </li>
            <li>
              <Trans>
                Participants, links and tags go along, and what comes in for #{ticket.number} goes to #{into.number}.
              </Trans>
            </li>
            <li>
              <Trans>This cannot be undone.</Trans>
            </li>
          </ul>
          {isOfOther ? (
            <p className="rounded-md bg-warn-soft px-3 py-2 text-warn-text">
              <Trans>
                {into.author.name} will read what {ticket.author.name} has written.
              </Trans>{' '}
              {me.role === 'ADMIN' ? null : <Trans>Only an admin can merge tickets of different people.</Trans>}
            </p>
          ) : null}
          {isOfOther && me.role === 'ADMIN' ? (
            <label className="flex items-center gap-2">
              <input type="checkbox" checked={force} onChange={({ target }) => setForce(target.checked)} />
              <Trans>Merge all the same</Trans>
            </label>
          ) : null}
          {merge.error === null ? null : (
            <p role="alert" className="font-medium text-danger-text">
              {sentenceOf(merge.error)}
            </p>
          )}
          <Button look="primary" disabled={merge.isPending || (isOfOther && !force)} onClick={() => merge.mutate(into)}>
            <Trans>Merge into #{into.number}</Trans>
          </Button>
        </>
      )}
    </div>
  );
}
