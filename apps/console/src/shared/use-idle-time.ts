import { fetchLater, whenQuiet } from '@helpdeskly/ui';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useMe } from '../session/session.js';

interface Loadable {
  readonly preload?: () => Promise<unknown>;
}

/**
 * While nothing else happens, fetches the code of every page, so that a click without a network loses nothing, and sends the drafts that
 * an earlier page could not send.
 */
export function useIdleTime(): void {
  const { routesById } = useRouter();
  const { id } = useMe();
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const work = async () => {
      const { saveKeptDrafts } = await import('../ticket/draft-keeper.js');
      saveKeptDrafts(id);
      await fetchLater();
      for (const { options } of Object.values(routesById))
        await (options.component as Loadable | undefined)?.preload?.();
    };
    const begin = () => void work().catch(() => undefined); // What is missing is fetched when it is opened.
    whenQuiet(() => {
      if ('requestIdleCallback' in window) requestIdleCallback(begin, { timeout: 5000 });
      else setTimeout(begin, 2000);
    });
  }, [routesById, id]);
}
