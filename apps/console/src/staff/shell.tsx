import { Dialog, IconButton, SkipLink, useFocusAfterMove, useKeys } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { OfflineBar } from '../shared/offline-bar.js';
import { KeysDialog } from './keys-dialog.js';
import { Palette } from './palette.js';
import { useIdleTime } from '../shared/use-idle-time.js';
import { SideBar } from './side-bar.js';

/** What stands around every page of the workplace. */
export function Shell() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [palette, openPalette] = useState(false);
  const [keys, showKeys] = useState(false);
  const [drawer, openDrawer] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.href });
  useEffect(() => openDrawer(false), [path]);
  useFocusAfterMove();
  useIdleTime();
  const go = (search: object) => () => void navigate({ to: '/tickets', search });
  useKeys({
    'Mod+k': () => openPalette((open) => !open),
    '/': () => openPalette(true),
    '?': () => showKeys(true),
    n: () => void navigate({ to: '/new' }),
    'g m': go({ assignedTo: 'me', status: 'open,pending,on_hold' }),
    'g u': go({ assignedTo: 'none', status: 'open,pending,on_hold' }),
    'g o': go({ status: 'open,pending,on_hold' }),
    'g a': go({}),
    'g n': () => void navigate({ to: '/notifications' }),
    'g p': () => void navigate({ to: '/account' }),
  });
  const bar = useMemo(() => <SideBar onSearch={() => openPalette(true)} onKeys={() => showKeys(true)} />, []);
  return (
    <div className="flex h-dvh">
      <SkipLink />
      <div className="hidden w-60 shrink-0 border-r border-line bg-panel md:block">{bar}</div>
      <Dialog open={drawer} onClose={() => openDrawer(false)} title={t`Menu`} closeLabel={t`Close`}>
        <div className="-m-4 bg-panel">{bar}</div>
      </Dialog>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-center border-b border-line px-2 py-1 md:hidden">
          <IconButton label={t`Menu`} onClick={() => openDrawer(true)}>
            <MenuIcon size={18} aria-hidden />
          </IconButton>
        </div>
        <OfflineBar />
        <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
          <Outlet />
        </main>
      </div>
      <Palette open={palette} onClose={() => openPalette(false)} onKeys={() => showKeys(true)} />
      <KeysDialog open={keys} onClose={() => showKeys(false)} />
    </div>
  );
}
