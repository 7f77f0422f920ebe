import { Dialog, IconButton, SkipLink, useFocusAfterMove, useKeys } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { KeysDialog } from './keys-dialog.js';
import { useMay } from '../session/session.js';
import { Forbidden } from '../shared/forbidden.js';
import { isOpen, places } from './places.js';
import { SideBar } from './side-bar.js';

/** What stands around every page. */
export function Shell() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [keys, showKeys] = useState(false);
  const [drawer, openDrawer] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.href });
  const page = useRouterState({ select: ({ location }) => location.pathname });
  const may = useMay();
  useEffect(() => openDrawer(false), [path]);
  useFocusAfterMove();
  useKeys({
    ...Object.fromEntries(
      places.filter(({ to }) => isOpen(to, may)).map(({ key, to }) => [`g ${key}`, () => void navigate({ to })]),
    ),
    'g p': () => void navigate({ to: '/account' }),
    '/': () => void navigate({ to: '/tenants' }),
    ...(isOpen('/tenants/new', may) ? { n: () => void navigate({ to: '/tenants/new' }) } : {}),
    '?': () => showKeys(true),
  });
  const bar = <SideBar onKeys={() => showKeys(true)} />;
  return (
    <div className="flex h-dvh">
      <SkipLink />
      <div className="hidden w-56 shrink-0 border-r border-line bg-panel md:block">{bar}</div>
      <Dialog open={drawer} onClose={() => openDrawer(false)} title={t`Menu`} closeLabel={t`Close`}>
        <div className="-m-4 bg-panel">{bar}</div>
      </Dialog>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-center border-b border-line px-2 py-1 md:hidden">
          <IconButton label={t`Menu`} onClick={() => openDrawer(true)}>
            <MenuIcon size={18} aria-hidden />
          </IconButton>
        </div>
        <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
          {isOpen(page, may) ? <Outlet /> : <Forbidden />}
        </main>
      </div>
      <KeysDialog open={keys} onClose={() => showKeys(false)} />
    </div>
  );
}
