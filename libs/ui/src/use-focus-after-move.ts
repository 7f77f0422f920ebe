import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';

/** When what had the focus went away with the former page, the new page's content gets it: keyboards and screen readers go on there. */
export function useFocusAfterMove(): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
}
