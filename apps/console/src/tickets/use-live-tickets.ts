import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listen, startLive } from '../live/live.js';
import { useMe } from '../session/session.js';
import { keepTicketsCurrent } from './keep-tickets-current.js';

/** Keeps what is shown of tickets up to date, as long as the component is there. */
export function useLiveTickets(): void {
  const { id } = useMe();
  const queries = useQueryClient();
  useEffect(() => {
    const stopListening = listen(keepTicketsCurrent(queries));
    const stop = startLive(id, () => void queries.invalidateQueries());
    return () => {
      stopListening();
      stop();
    };
  }, [id, queries]);
}
