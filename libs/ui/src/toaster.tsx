import { X } from 'lucide-react';
import { classes } from './classes.js';
import { Later, useArrived } from './later.js';

export const toastCode = new Later(async () => {
  const { Toast } = await import('@base-ui/react/toast');
  return { Toast, manager: Toast.createToastManager() };
});
type Parts = NonNullable<typeof toastCode.value>;

interface Notice {
  readonly text: string;
  readonly tone?: 'plain' | 'danger';
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Milliseconds; 0: until it is closed. */
  readonly lasts?: number;
}

/** Shows a short notice; screen readers hear it. Returns what takes it away. */
export function notify(notice: Notice): () => void {
  let take = () => {};
  let taken = false;
  toastCode.load().then(
    ({ manager }) => {
      if (!taken) take = show(manager, notice);
    },
    () => undefined, // It is fetched when the page idles; before that there is nothing to show it with.
  );
  return () => {
    taken = true;
    take();
  };
}

function show(manager: Parts['manager'], { text, tone = 'plain', action, lasts = 6000 }: Notice): () => void {
  const id = manager.add({
    title: text,
    type: tone,
    timeout: lasts,
    priority: tone === 'danger' ? 'high' : 'low',
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              action.run();
              manager.close(id);
            },
          },
        }),
  });
  return () => manager.close(id);
}

function List({ Toast, closeLabel }: { Toast: Parts['Toast']; closeLabel: string }) {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      data-notice
      className={classes(
        'flex items-center gap-3 rounded-lg border bg-raised py-2 pr-2 pl-3 text-sm shadow-xl',
        toast.type === 'danger' ? 'border-danger' : 'border-line',
      )}
    >
      <Toast.Title className="min-w-0 flex-1" />
      <Toast.Action className="cursor-pointer rounded-md px-2 py-1 font-semibold text-accent-text hover:bg-sunken" />
      <Toast.Close
        aria-label={closeLabel}
        className="inline-flex size-7 cursor-pointer items-center justify-center rounded-md hover:bg-sunken"
      >
        <X size={14} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}

/** Where notices appear, once there is one or the page idles. */
export function Toaster({ closeLabel }: { closeLabel: string }) {
  const parts = useArrived(toastCode);
  if (parts === undefined) return null;
  const { Toast, manager } = parts;
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        <Toast.Viewport className="fixed bottom-4 left-4 z-60 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none">
          <List Toast={Toast} closeLabel={closeLabel} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
