import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';

export type MenuTrigger = ReactElement<Record<string, unknown>>;

/** A menu that a button opens. */
export function Menu({
  trigger,
  children,
  side = 'bottom',
}: {
  trigger: MenuTrigger;
  children: ReactNode;
  side?: 'top' | 'bottom';
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} side={side} align="start" className="z-50 outline-none">
          <Base.Popup className="max-h-80 min-w-48 overflow-auto rounded-lg border border-line bg-raised p-1 text-sm shadow-xl outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ onChoose, children }: { onChoose: () => void; children: ReactNode }) {
  return (
    <Base.Item
      onClick={onChoose}
      className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 outline-none data-[highlighted]:bg-sunken"
    >
      {children}
    </Base.Item>
  );
}
