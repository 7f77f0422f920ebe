import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { useLiveTickets } from '../tickets/use-live-tickets.js';
import { staffRouter } from './staff-router.js';

/** The agents' workplace. */
export default function StaffApp() {
  useLiveTickets();
  const [router] = useState(staffRouter);
  return <RouterProvider router={router} />;
}
