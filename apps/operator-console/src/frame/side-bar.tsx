import { UserMenu } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useNavigate } from '@tanstack/react-router';
import { signOut, useMay, useMe } from '../session/session.js';
import { isOpen, places } from './places.js';

export function SideBar({ onKeys }: { onKeys: () => void }) {
  const { t, i18n } = useLingui();
  const may = useMay();
  return (
    <div className="flex h-full flex-col gap-4 p-3">
      <p className="px-2 pt-1 font-semibold tracking-tight">
        <Trans>Helpdeskly operators</Trans>
      </p>
      <nav aria-label={t`Sections`} className="min-h-0 flex-1 overflow-auto">
        <ul className="flex flex-col gap-px">
          {places
            .filter(({ to }) => isOpen(to, may))
            .map(({ to, name, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  className="flex min-h-8 items-center gap-2 rounded-md px-2 text-sm hover:bg-sunken"
                  activeProps={{ className: 'bg-sunken font-semibold' }}
                >
                  <Icon size={15} aria-hidden />
                  {i18n._(name)}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <OwnMenu onKeys={onKeys} />
    </div>
  );
}

function OwnMenu({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  return (
    <UserMenu
      user={me}
      onAccount={() => void navigate({ to: '/account' })}
      onKeys={onKeys}
      onSignOut={() => void signOut()}
    />
  );
}
