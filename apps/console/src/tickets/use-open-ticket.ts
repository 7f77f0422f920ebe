import { AttemptKey } from '@helpdeskly/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schemas, type Ticket, unwrap } from '../api/client.js';
import { ticketQuery } from './ticket-queries.js';

/** Opens a ticket once, however often it is sent, and goes to it. `forget` is called first, `onOpened` when it is shown. */
export function useOpenTicket(forget: () => void, onOpened?: (ticket: Ticket) => void) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [key] = useState(() => new AttemptKey());
  return useMutation({
    mutationFn: (body: Partial<Schemas['OpenTicketDto']>) =>
      unwrap(
        api.POST('/api/v1/tickets', {
          params: { header: { 'Idempotency-Key': key.of(body) } },
          body: body as never,
        }),
      ),
    onError: (error) => key.failed(error),
    async onSuccess(ticket) {
      key.done();
      forget();
      queries.setQueryData(ticketQuery(ticket.number).queryKey, ticket);
      await navigate({ to: '/tickets/$number', params: { number: String(ticket.number) } });
      onOpened?.(ticket);
    },
  });
}
