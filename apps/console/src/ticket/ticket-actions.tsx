import { Button, Dialog, notify, sentenceOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Merge, Split, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Ticket, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { walkedSearch } from '../tickets/walked-list.js';
import { MergeForm } from './merge-form.js';
import { PanelSection } from './panel-section.js';
import { NoSpamAction, SpamAction, useIsSpam } from './spam.js';
import { SplitForm } from './split-form.js';

/** What happens to a ticket as a whole. */
export function TicketActions({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const me = useMe();
  const [open, setOpen] = useState<'merge' | 'split'>();
  const remove = useDelete(ticket);
  const close = () => setOpen(undefined);
  const isClosed = ticket.status === 'CLOSED';
  const isSpam = useIsSpam(ticket);
  if (isClosed && !isSpam && me.role !== 'ADMIN') return null;
  return (
    <PanelSection title={<Trans>Actions</Trans>}>
      <div className="flex flex-wrap gap-2">
        {isClosed ? (
          isSpam && <NoSpamAction ticket={ticket} />
        ) : (
          <>
            <Button small onClick={() => setOpen('merge')}>
              <Merge size={13} aria-hidden />
              <Trans>Merge</Trans>
            </Button>
            {ticket.commentCount === 0 ? null : (
              <Button small onClick={() => setOpen('split')}>
                <Split size={13} aria-hidden />
                <Trans>Split</Trans>
              </Button>
            )}
            <SpamAction ticket={ticket} />
          </>
        )}
        {me.role === 'ADMIN' ? (
          <Button small disabled={remove.isPending} onClick={() => remove.mutate()}>
            <Trash2 size={13} aria-hidden />
            <Trans>Delete</Trans>
          </Button>
        ) : null}
      </div>
      <Dialog open={open === 'merge'} onClose={close} title={t`Merge this ticket`} closeLabel={t`Close`} wide>
        <MergeForm ticket={ticket} onDone={close} />
      </Dialog>
      <Dialog open={open === 'split'} onClose={close} title={t`Split into a new ticket`} closeLabel={t`Close`} wide>
        <SplitForm ticket={ticket} onDone={close} />
      </Dialog>
    </PanelSection>
  );
}

/** Deleting asks nothing: it can be undone. */
function useDelete({ id, number, version }: Ticket) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ['tickets'] });
    void queries.invalidateQueries({ queryKey: ['ticket-count'] });
  };
  const restore = () => {
    unwrap(api.POST('/api/v1/tickets/{id}/restore', { params: { path: { id } } }))
      .then(() => {
        refresh();
        return navigate({ to: '/tickets/$number', params: { number: String(number) } });
      })
      .catch((error: unknown) => notify({ tone: 'danger', text: sentenceOf(error) }));
  };
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE('/api/v1/tickets/{id}', {
          params: { path: { id }, header: { 'If-Match': `"${version}"` } },
        }),
      ),
    async onSuccess() {
      await navigate({ to: '/tickets', search: walkedSearch() });
      queries.removeQueries({ queryKey: ['ticket', number] });
      refresh();
      notify({ text: t`Ticket #${number} deleted`, action: { label: t`Undo`, run: restore }, lasts: 10_000 });
    },
    onError: (error) => notify({ tone: 'danger', text: sentenceOf(error) }),
  });
}
