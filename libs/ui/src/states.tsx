import { type ReactNode, useEffect, useState } from 'react';

/** Says that something is on its way, but only after 200 ms: what is quick shall not flicker. */
export function Waiting({ label }: { label: string }) {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className="flex min-h-24 items-center justify-center gap-2 p-6 text-sm text-muted">
      {shown ? (
        <>
          <span
            aria-hidden
            className="size-4 animate-spin rounded-full border-2 border-line border-t-accent motion-reduce:animate-none"
          />
          {label}
        </>
      ) : null}
    </div>
  );
}

/** What a page shows when it has nothing to show, and what one can do. */
export function EmptyState({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-16 text-center">
      {icon === undefined ? null : <div className="text-muted">{icon}</div>}
      <h2 className="text-sm font-semibold">{title}</h2>
      <div className="flex flex-col items-center gap-3 text-sm text-muted">{children}</div>
    </div>
  );
}
