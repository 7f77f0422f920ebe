import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.js';
import { Later } from './later.js';
import { useLater } from './use-later.js';

export const dialogCode = new Later(async () => (await import('@base-ui/react/dialog')).Dialog);

/** The parts of a dialog, once it is opened and their code is there. */
export function useDialog(open: boolean, onClose: () => void) {
  return useLater(dialogCode, open, onClose);
}

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly closeLabel: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A modal dialog: focus stays inside and goes back, Escape closes. */
export function Dialog({ open, onClose, title, closeLabel, wide = false, children }: DialogProps) {
  const Base = useDialog(open, onClose);
  if (Base === undefined) return null;
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          className={classes(
            'fixed top-[10vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-2xl outline-none',
            wide ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <div className="flex items-center justify-between gap-4 border-b border-line py-2.5 pr-2 pl-4">
            <Base.Title className="text-sm font-semibold">{title}</Base.Title>
            <Base.Close
              aria-label={closeLabel}
              className="inline-flex size-8 cursor-pointer items-center justify-center rounded-md hover:bg-sunken"
            >
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          <div className="overflow-auto p-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
