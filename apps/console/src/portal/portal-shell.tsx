import { Menu, MenuItem, SkipLink, useFocusAfterMove } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { CircleUser, LogOut } from 'lucide-react';
import icon from '../icon.svg';
import { signOut, useMe } from '../session/session.js';
import { OfflineBar } from '../shared/offline-bar.js';
import { useIdleTime } from '../shared/use-idle-time.js';

/** What stands around every page of the customers' portal. */
export function PortalShell() {
  const { t } = useLingui();
  useFocusAfterMove();
  useIdleTime();
  return (
    <div className="flex h-dvh flex-col">
      <SkipLink />
      <header className="border-b border-line bg-raised">
        <div className="mx-auto flex max-w-3xl items-center gap-2 px-4 py-2">
          <nav aria-label={t`Pages`} className="flex min-w-0 flex-1 items-center gap-1">
            <Link to="/" className="flex min-h-9 items-center gap-2 rounded-md px-1 font-semibold hover:bg-sunken">
              <img src={icon} alt="" className="size-6" />
              <Trans>Your tickets</Trans>
            </Link>
            <Link
              to="/new"
              className="ml-auto inline-flex min-h-8 items-center rounded-md bg-accent px-3 font-medium text-white hover:bg-accent-strong"
            >
              <Trans>New ticket</Trans>
            </Link>
          </nav>
          <PersonMenu />
        </div>
      </header>
      <OfflineBar />
      <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
        <Outlet />
      </main>
    </div>
  );
}

function PersonMenu() {
  const me = useMe();
  const navigate = useNavigate();
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex min-h-8 max-w-40 cursor-pointer items-center gap-1.5 rounded-md px-2 hover:bg-sunken"
        >
          <CircleUser size={16} aria-hidden className="shrink-0" />
          <span className="truncate">{me.name}</span>
        </button>
      }
    >
      <MenuItem onChoose={() => void navigate({ to: '/account' })}>
        <CircleUser size={15} aria-hidden />
        <Trans>Your account</Trans>
      </MenuItem>
      <MenuItem onChoose={() => void signOut()}>
        <LogOut size={15} aria-hidden />
        <Trans>Sign out</Trans>
      </MenuItem>
    </Menu>
  );
}
