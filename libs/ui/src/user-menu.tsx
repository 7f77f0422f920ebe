import { Trans } from '@lingui/react/macro';
import { CircleUser, Keyboard, LogOut } from 'lucide-react';
import { Avatar } from './avatar.js';
import { Menu, MenuItem } from './menu.js';

interface UserMenuProps {
  readonly user: { readonly name: string; readonly email: string };
  readonly onAccount: () => void;
  readonly onKeys: () => void;
  readonly onSignOut: () => void;
}

/** Who is signed in, at the foot of the side bar, and what they do for themselves. */
export function UserMenu({ user, onAccount, onKeys, onSignOut }: UserMenuProps) {
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          className="flex w-full cursor-pointer items-center gap-2 rounded-md p-1.5 hover:bg-sunken"
        >
          <Avatar name={user.name} />
          <span className="flex min-w-0 flex-col text-left">
            <span className="truncate text-sm font-medium">{user.name}</span>
            <span className="truncate text-xs text-muted">{user.email}</span>
          </span>
        </button>
      }
    >
      <MenuItem onChoose={onAccount}>
        <CircleUser size={15} aria-hidden />
        <Trans>Your account</Trans>
      </MenuItem>
      <MenuItem onChoose={onKeys}>
        <Keyboard size={15} aria-hidden />
        <Trans>Keys</Trans>
      </MenuItem>
      <MenuItem onChoose={onSignOut}>
        <LogOut size={15} aria-hidden />
        <Trans>Sign out</Trans>
      </MenuItem>
    </Menu>
  );
}
