import { Trans } from '@lingui/react/macro';
import { WifiOff } from 'lucide-react';
import { useIsLive } from '../live/live.js';

/** Says that what is shown is not kept up to date. */
export function OfflineBar() {
  const isLive = useIsLive();
  return (
    <div role="status">
      {isLive ? null : (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-xs font-medium text-warn-text">
          <WifiOff size={14} aria-hidden />
          <Trans>No connection. What you see may be out of date; what you type stays.</Trans>
        </p>
      )}
    </div>
  );
}
