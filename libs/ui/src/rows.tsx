import type { ReactNode } from 'react';

/** A list in a frame. */
export function Rows({ children }: { children: ReactNode }) {
  return <ul className="flex flex-col divide-y divide-line rounded-xl border border-line bg-raised">{children}</ul>;
}

interface RowProps {
  readonly title: ReactNode;
  readonly details?: ReactNode;
  /** What marks it, and what one does with it. */
  readonly aside?: ReactNode;
}

/** One thing of a list; what stands aside goes below where there is no room. */
export function Row({ title, details, aside }: RowProps) {
  return (
    <li className="relative flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-bg">
      <div className="min-w-40 flex-1">
        <div className="truncate font-medium">{title}</div>
        {details === undefined ? null : <div className="truncate text-xs text-muted">{details}</div>}
      </div>
      {aside === undefined ? null : <div className="flex flex-wrap items-center gap-2">{aside}</div>}
    </li>
  );
}
