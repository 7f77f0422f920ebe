import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { useLiveTickets } from '../tickets/use-live-tickets.js';
import { portalRouter } from './portal-router.js';

/** What customers see: their own tickets. */
export default function PortalApp() {
  useLiveTickets();
  const [router] = useState(portalRouter);
  return <RouterProvider router={router as never} />;
}
