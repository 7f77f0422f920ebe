import { EntryFrame as Frame } from '@helpdeskly/ui';
import type { ReactNode } from 'react';
import icon from '../icon.svg';

export function EntryFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Frame icon={icon} title={title}>
      {children}
    </Frame>
  );
}
