import { ApiFailure } from './api.js';
import { QueryClient } from '@tanstack/react-query';

const halfAnHour = 30 * 60_000;

/** What was opened once is painted from here at once; the stream says when it is out of date. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: halfAnHour,
      retry: (failures, error) =>
        failures < 3 && error instanceof ApiFailure && (error.status === 503 || error.status === 0),
    },
    mutations: { retry: false },
  },
});
