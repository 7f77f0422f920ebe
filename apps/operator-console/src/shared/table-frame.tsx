import type { ReactNode } from 'react';

interface TableFrameProps {
  /** What it is a table of; screen readers say it. */
  readonly caption: string;
  /** The cells of its head. */
  readonly heads: ReactNode;
  /** Its rows. */
  readonly children: ReactNode;
}

/** What stands around the rows of every table. */
export function TableFrame({ caption, heads, children }: TableFrameProps) {
  return (
    <div
      role="region"
      aria-label={caption}
      tabIndex={0} // It scrolls sideways, also by keyboard.
      className="overflow-x-auto rounded-xl border border-line bg-raised"
    >
      <table className="w-full text-left">
        <caption className="sr-only">{caption}</caption>
        <thead className="border-b border-line text-xs text-muted">
          <tr>{heads}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}
