import type { ReactNode } from 'react';
import { classes } from './classes.js';

interface PageProps {
  readonly title: string;
  readonly about?: ReactNode;
  /** What one begins here, beside the title. */
  readonly action?: ReactNode;
  /** For tables, which take more room than text. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A page of text, lists and forms, as wide as one reads well. */
export function Page({ title, about, action, wide = false, children }: PageProps) {
  return (
    <div className={classes('mx-auto flex w-full flex-col gap-4 px-4 py-6', wide ? 'max-w-6xl' : 'max-w-3xl')}>
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h1 className="text-lg font-semibold tracking-tight break-words">{title}</h1>
          {about === undefined ? null : <p className="text-muted">{about}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}
