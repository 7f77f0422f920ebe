import { useEffect } from 'react';
import { listen } from '../live/live.js';
import { wantsAlert } from './alert-choice.js';

/** Draws attention to notifications as this browser's person has chosen; `open` shows a ticket, or the list of notifications. */
export function useAlerts(open: (number: number | null) => void): void {
  useEffect(
    () =>
      listen(({ type, data }) => {
        if (type !== 'notification' || data.id === undefined || (!wantsAlert('browser') && !wantsAlert('sound')))
          return;
        const { id } = data;
        void import('./alert.js').then(({ alertTo }) => alertTo(id, open)).catch(() => undefined); // The page shows it as well.
      }),
    [open],
  );
}
