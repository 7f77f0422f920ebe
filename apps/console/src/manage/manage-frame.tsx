import { useLingui } from '@lingui/react/macro';
import { Link, Outlet } from '@tanstack/react-router';
import { useMe } from '../session/session.js';
import { sections } from './sections.js';

/** What stands around the pages that manage the helpdesk: the way from one to the other. */
export function ManageFrame() {
  const { t, i18n } = useLingui();
  const { role } = useMe();
  return (
    <div className="flex min-h-full flex-col lg:flex-row">
      <nav
        aria-label={t`Manage the helpdesk`}
        className="border-b border-line px-3 py-3 lg:w-48 lg:shrink-0 lg:border-r lg:border-b-0 lg:py-6"
      >
        <ul className="flex flex-wrap gap-px lg:flex-col">
          {sections
            .filter(({ admins }) => admins === undefined || role === 'ADMIN')
            .map(({ to, name }) => (
              <li key={to}>
                <Link
                  to={to}
                  className="flex min-h-8 items-center rounded-md px-2 text-sm hover:bg-sunken"
                  activeProps={{ className: 'bg-sunken font-semibold' }}
                >
                  {i18n._(name)}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <div className="min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  );
}
