import { type ReactNode, useId } from 'react';

export function PanelSection({ title, children }: { title: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2 border-t border-line pt-4">
      <h2 id={id} className="text-xs font-semibold text-muted">
        {title}
      </h2>
      {children}
    </section>
  );
}
