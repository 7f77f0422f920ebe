import {
  cloneElement,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useState,
} from 'react';
import { Later } from './later.js';
import { useLater } from './use-later.js';

export const menuCode = new Later(async () => (await import('@base-ui/react/menu')).Menu);
const Parts = createContext(menuCode.value);

export type MenuTrigger = ReactElement<Record<string, unknown>>;

/** A menu that a button opens. Its code is fetched then, if it is not there yet; until then the button stands alone. */
export function Menu({
  trigger,
  children,
  side = 'bottom',
}: {
  trigger: MenuTrigger;
  children: ReactNode;
  side?: 'top' | 'bottom';
}) {
  const [wanted, want] = useState(false);
  const Base = useLater(menuCode, wanted, () => want(false));
  if (!wanted || Base === undefined) {
    const byArrow = ({ key }: KeyboardEvent) => key === 'ArrowDown' && want(true);
    return cloneElement(trigger, {
      'aria-haspopup': 'menu',
      'aria-expanded': false,
      onClick: () => want(true),
      onKeyDown: byArrow,
    });
  }
  return (
    <Parts value={Base}>
      <Base.Root modal={false} defaultOpen>
        <Base.Trigger render={trigger} />
        <Base.Portal>
          <Base.Positioner sideOffset={4} side={side} align="start" className="z-50 outline-none">
            <Base.Popup className="max-h-80 min-w-48 overflow-auto rounded-lg border border-line bg-raised p-1 text-sm shadow-xl outline-none">
              {children}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </Parts>
  );
}

/** Stands in a Menu alone. */
export function MenuItem({ onChoose, children }: { onChoose: () => void; children: ReactNode }) {
  const Base = useContext(Parts);
  if (Base === undefined) return null;
  return (
    <Base.Item
      onClick={onChoose}
      className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 outline-none data-[highlighted]:bg-sunken"
    >
      {children}
    </Base.Item>
  );
}
