import type { ReactNode } from 'react';
import { LanguageChoice } from './language-choice.js';

/** The pages before one is in: a card in the middle. */
export function EntryFrame({ icon, title, children }: { icon: string; title: string; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center gap-6 px-4 py-10">
      <main className="w-full max-w-sm rounded-2xl border border-line bg-raised p-6 shadow-sm sm:p-8">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <img src={icon} alt="" className="size-10" />
          <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
        </div>
        {children}
      </main>
      <footer>
        <LanguageChoice />
      </footer>
    </div>
  );
}
