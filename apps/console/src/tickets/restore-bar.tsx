import { Button, notify, sentenceOf } from '@helpdeskly/ui';
import { plural } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type FoundTicket, unwrap } from '../api/client.js';

/** Brings deleted tickets back. */
export function RestoreBar({ tickets, onDone }: { tickets: readonly FoundTicket[]; onDone: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const restore = useMutation({
    mutationFn: async () => {
      for (const { id } of tickets)
        await unwrap(api.POST('/api/v1/tickets/{id}/restore', { params: { path: { id } } }));
      return tickets.length;
    },
    onSuccess(restored) {
      notify({ text: t`${plural(restored, { one: '# ticket restored', other: '# tickets restored' })}` });
      onDone();
    },
    onError: (error) => notify({ tone: 'danger', text: sentenceOf(error) }),
    onSettled: () => {
      for (const part of ['tickets', 'ticket-count', 'view-counts'])
        void queries.invalidateQueries({ queryKey: [part] });
    },
  });
  if (tickets.length === 0) return null;
  return (
    <section
      aria-label={t`Selected tickets`}
      className="flex flex-wrap items-center gap-2 border-t border-line bg-raised px-4 py-2"
    >
      <span role="status" className="mr-2 font-medium">
        <Plural value={tickets.length} one="# selected" other="# selected" />
      </span>
      <Button look="primary" disabled={restore.isPending} onClick={() => restore.mutate()}>
        <Trans>Restore</Trans>
      </Button>
      <Button look="quiet" onClick={onDone}>
        <Trans>Clear the selection</Trans>
      </Button>
    </section>
  );
}
