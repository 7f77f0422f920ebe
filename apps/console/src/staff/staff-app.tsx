import { RouterProvider } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useAlerts } from '../notifications/use-alerts.js';
import { useLiveTickets } from '../tickets/use-live-tickets.js';
import { staffRouter } from './staff-router.js';

/** The agents' workplace. */
export default function StaffApp() {
  useLiveTickets();
  const [router] = useState(staffRouter);
  const open = useCallback(
    (number: number | null) =>
      void (number === null
        ? router.navigate({ to: '/notifications' })
        : router.navigate({ to: '/tickets/$number', params: { number: String(number) } })),
    [router],
  );
  useAlerts(open);
  return <RouterProvider router={router} />;
}
