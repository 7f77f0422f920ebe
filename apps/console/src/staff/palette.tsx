import { classes, useDialog } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  Bell,
  CircleUser,
  CornerDownLeft,
  Keyboard,
  List,
  LogOut,
  Plus,
  Search,
  Ticket as TicketIcon,
} from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { signOut } from '../session/session.js';
import { builtInViews } from '../tickets/built-in-views.js';
import { ticketsLike } from '../tickets/people-queries.js';
import { StatusBadge } from '../tickets/status-badge.js';
import { viewsQuery } from '../tickets/view-queries.js';

interface Choice {
  readonly id: string;
  readonly icon: ReactNode;
  readonly text: string;
  readonly aside?: ReactNode;
  readonly run: () => void;
}

interface PaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onKeys: () => void;
}

/** Search and commands in one place. */
export function Palette({ open, onClose, onKeys }: PaletteProps) {
  const { t } = useLingui();
  const Base = useDialog(open, onClose);
  if (Base === undefined) return null;
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          aria-label={t`Search and commands`}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-2xl outline-none"
        >
          <Choices onClose={onClose} onKeys={onKeys} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Choices({ onClose, onKeys }: Omit<PaletteProps, 'open'>) {
  const { t } = useLingui();
  const [text, type] = useState('');
  const [at, move] = useState(0);
  const choices = useChoices(text.trim(), onKeys);
  const chosen = Math.min(at, choices.length - 1);
  const choose = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    onClose();
    choice.run();
  };
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-4">
        <Search size={16} aria-hidden className="text-muted" />
        <input
          autoFocus
          role="combobox"
          aria-expanded={choices.length > 0}
          aria-controls="palette-choices"
          aria-activedescendant={choices[chosen] === undefined ? undefined : `palette-${choices[chosen].id}`}
          aria-label={t`Search tickets and commands`}
          placeholder={t`Search tickets and commands`}
          value={text}
          onChange={(event) => {
            type(event.target.value);
            move(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') move(Math.min(chosen + 1, choices.length - 1));
            else if (event.key === 'ArrowUp') move(Math.max(chosen - 1, 0));
            else if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(choices[chosen]);
            else return;
            event.preventDefault();
          }}
          className="min-h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted"
        />
      </div>
      <ul id="palette-choices" role="listbox" aria-label={t`Found`} className="overflow-auto p-1.5">
        {choices.map((choice, index) => (
          <li
            key={choice.id}
            id={`palette-${choice.id}`}
            role="option"
            aria-selected={index === chosen}
            onPointerMove={() => move(index)}
            onClick={() => choose(choice)}
            className={classes(
              'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5',
              index === chosen && 'bg-sunken',
            )}
          >
            <span className="text-muted">{choice.icon}</span>
            <span className="min-w-0 flex-1 truncate">{choice.text}</span>
            {choice.aside}
          </li>
        ))}
      </ul>
      {choices.length === 0 ? (
        <p role="status" className="px-4 pb-4 text-muted">
          <Trans>Nothing found.</Trans>
        </p>
      ) : null}
    </>
  );
}

function useChoices(text: string, onKeys: () => void): Choice[] {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const words = useDeferredValue(text);
  const { data: views = [] } = useQuery(viewsQuery);
  const { data: found = [] } = useQuery(ticketsLike(words));
  const commands: Choice[] = [
    ...builtInViews.map(({ name, search }, index) => ({
      id: `list-${index}`,
      icon: <List size={15} aria-hidden />,
      text: i18n._(name),
      run: () => void navigate({ to: '/tickets', search }),
    })),
    ...views.map(({ id, name }) => ({
      id: `view-${id}`,
      icon: <List size={15} aria-hidden />,
      text: name,
      run: () => void navigate({ to: '/tickets', search: { view: id } }),
    })),
    { id: 'new', icon: <Plus size={15} aria-hidden />, text: t`New ticket`, run: () => void navigate({ to: '/new' }) },
    {
      id: 'notifications',
      icon: <Bell size={15} aria-hidden />,
      text: t`Notifications`,
      run: () => void navigate({ to: '/notifications' }),
    },
    {
      id: 'account',
      icon: <CircleUser size={15} aria-hidden />,
      text: t`Your account`,
      run: () => void navigate({ to: '/account' }),
    },
    { id: 'keys', icon: <Keyboard size={15} aria-hidden />, text: t`Keys`, run: onKeys },
    { id: 'out', icon: <LogOut size={15} aria-hidden />, text: t`Sign out`, run: () => void signOut() },
  ];
  if (text === '') return commands;
  const tickets = found.map(({ id, number, title, status }) => ({
    id: `ticket-${id}`,
    icon: <TicketIcon size={15} aria-hidden />,
    text: `#${number} ${title}`,
    aside: <StatusBadge status={status} />,
    run: () => void navigate({ to: '/tickets/$number', params: { number: String(number) } }),
  }));
  const everything: Choice = {
    id: 'all',
    icon: <CornerDownLeft size={15} aria-hidden />,
    text: t`Show all tickets with “${text}”`,
    run: () => void navigate({ to: '/tickets', search: { q: text } }),
  };
  const fits = (name: string) => name.toLocaleLowerCase().includes(text.toLocaleLowerCase());
  return [...tickets, ...commands.filter((command) => fits(command.text)), everything];
}
