import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { operatorRouter } from './router.js';

/** Everything behind the sign-in. */
export default function Workplace() {
  const [router] = useState(operatorRouter);
  return <RouterProvider router={router} />;
}
