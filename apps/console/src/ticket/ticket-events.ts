import { queryOptions } from '@tanstack/react-query';
import { api, everyPage, unwrap } from '../api/client.js';

/** Everything that happened to a ticket, the oldest first. */
export const ticketEvents = (number: number) =>
  queryOptions({
    queryKey: ['ticket-events', number],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        unwrap(
          api.GET('/api/v1/tickets/{id}/events', {
            params: { path: { id: String(number) }, query: { limit: 100, cursor } },
            signal,
          }),
        ),
      ),
  });
