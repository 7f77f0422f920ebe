import { Button, notify, sentenceOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { api, type Schemas, type Ticket, unwrap } from '../api/client.js';
import { ticketEvents } from './ticket-events.js';

/** Says that a ticket is spam, which closes it and blocks its sender. */
export function SpamAction({ ticket }: { ticket: Ticket }) {
  const { mark } = useSpam(ticket);
  return (
    <Button small disabled={mark.isPending} onClick={() => mark.mutate()}>
      <ShieldAlert size={13} aria-hidden />
      <Trans>Spam</Trans>
    </Button>
  );
}

/** Takes back that a ticket is spam. */
export function NoSpamAction({ ticket }: { ticket: Ticket }) {
  const { unmark } = useSpam(ticket);
  return (
    <Button small disabled={unmark.isPending} onClick={() => unmark.mutate()}>
      <ShieldCheck size={13} aria-hidden />
      <Trans>No spam</Trans>
    </Button>
  );
}

/** Whether a closed ticket is spam, as its events say. */
export function useIsSpam({ number, status }: Ticket): boolean {
  const { data: events = [] } = useQuery({ ...ticketEvents(number), enabled: status === 'CLOSED' });
  return isSpam(events);
}

function isSpam(events: readonly Schemas['TicketEventDto'][]): boolean {
  const last = events.findLast(({ changes }) => 'spam' in changes)?.changes['spam'] as { to?: unknown } | undefined;
  return last?.to === true;
}

/** It asks nothing: it can be undone. */
function useSpam({ id, number, version, author }: Ticket) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all(
      [['ticket', number], ['ticket-events', number], ['tickets'], ['ticket-count'], ['view-counts']].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
  const onError = (error: Error) => notify({ tone: 'danger', text: sentenceOf(error) });
  const unmark = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/tickets/{id}/spam', { params: { path: { id } } })),
    onSuccess: refresh,
    onError,
  });
  const mark = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/tickets/{id}/spam', { params: { path: { id }, header: { 'If-Match': `"${version}"` } } }),
      ),
    async onSuccess() {
      await refresh();
      notify({
        text: t`Ticket #${number} is spam; mails from ${author.name} are held`,
        action: { label: t`Undo`, run: () => unmark.mutate() },
        lasts: 10_000,
      });
    },
    onError,
  });
  return { mark, unmark };
}
