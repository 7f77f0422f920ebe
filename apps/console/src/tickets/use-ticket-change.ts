import { notify, sentenceOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, type Ticket, unwrap } from '../api/client.js';
import { placeTicket } from './keep-tickets-current.js';
import { staffQuery } from './view-queries.js';

export type Change = Schemas['ChangeTicketDto'];

/** Changes a ticket: shown at once, and taken back in sight when the server refuses. Changes of one ticket go in their order. */
export function useTicketChange(number: number) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const key = ['ticket', number];
  return useMutation({
    scope: { id: `ticket-${number}` },
    mutationFn: (body: Change) =>
      unwrap(api.PATCH('/api/v1/tickets/{id}', { params: { path: { id: String(number) } }, body: body as never })),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<Ticket>(key);
      if (before !== undefined) queries.setQueryData<Ticket>(key, withChange(before, change, queries));
      return before;
    },
    onSuccess: (ticket) => placeTicket(queries, ticket),
    onError: (error, _change, before) => {
      if (before !== undefined) queries.setQueryData(key, before);
      const why = sentenceOf(error);
      notify({ tone: 'danger', text: t`Not changed: ${why}` });
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: key });
      void queries.invalidateQueries({ queryKey: ['ticket-events', number] });
    },
  });
}

/** The ticket as it will be, as far as this page can know. */
function withChange(ticket: Ticket, change: Change, queries: QueryClient): Ticket {
  const { addTags = [], removeTags = [], tags, assignedToId, ...fields } = change;
  const known = new Set(tags ?? ticket.tags ?? []);
  for (const tag of addTags) known.add(tag);
  for (const tag of removeTags) known.delete(tag);
  const next = { ...ticket, ...(fields as Partial<Ticket>), tags: [...known] };
  if (assignedToId === undefined) return next;
  const assignee = queries.getQueryData(staffQuery.queryKey)?.find(({ id }) => id === assignedToId);
  const assignedTo =
    assignee === undefined
      ? null
      : { id: assignee.id, name: assignee.name, email: assignee.email, role: assignee.role };
  return { ...next, assignedToId, assignedTo };
}
