import { whenQuiet } from '@helpdeskly/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listen, startLive } from '../live/live.js';
import { useMe } from '../session/session.js';
import { keepTicketsCurrent } from './keep-tickets-current.js';

/** Keeps what is shown of tickets up to date, as long as the component is there. What came before the stream began is read again then. */
export function useLiveTickets(): void {
  const { id } = useMe();
  const queries = useQueryClient();
  useEffect(() => {
    const stopListening = listen(keepTicketsCurrent(queries));
    let stop: (() => void) | undefined;
    const stopWaiting = whenQuiet(() => {
      stop = startLive(id, () => void queries.invalidateQueries());
    });
    return () => {
      stopListening();
      stopWaiting();
      stop?.();
    };
  }, [id, queries]);
}
