import { Avatar, classes } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useState } from 'react';
import { staffQuery } from '../tickets/view-queries.js';
import { colleaguesLike, mentionBefore, mentionLabel } from './mention-text.js';

interface MentionsProps {
  readonly enabled: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly body: string;
  readonly onInsert: (body: string, label: string, id: string) => void;
  readonly children: ReactNode;
}

/** Offers colleagues behind an `@` in the text field that it stands around. The focus stays in the text. */
export function Mentions({ enabled, field, body, onInsert, children }: MentionsProps) {
  const { t } = useLingui();
  const { data: staff = [] } = useQuery({ ...staffQuery, enabled });
  const [caret, setCaret] = useState(0);
  const [at, move] = useState(0);
  const [closedAt, close] = useState<number>();
  const listId = useId();
  const typed = enabled ? mentionBefore(body, caret) : undefined;
  const found = typed === undefined || typed.at === closedAt ? [] : colleaguesLike(typed.words, staff);
  const chosen = Math.min(at, found.length - 1);
  const isOpen = found.length > 0;

  useEffect(() => {
    const box = field.current;
    if (box === null || !isOpen) return;
    box.setAttribute('aria-controls', listId);
    box.setAttribute('aria-activedescendant', `${listId}-${chosen}`);
    return () => {
      box.removeAttribute('aria-controls');
      box.removeAttribute('aria-activedescendant');
    };
  }, [field, isOpen, listId, chosen]);

  const insert = (index: number) => {
    const person = found[index];
    const box = field.current;
    if (person === undefined || typed === undefined || box === null) return;
    const label = mentionLabel(person, staff);
    const before = `${body.slice(0, typed.at)}@${label} `;
    onInsert(`${before}${body.slice(caret).replace(/^ /, '')}`, label, person.id);
    move(0);
    close(typed.at);
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(before.length, before.length);
    });
  };
  const press = (event: KeyboardEvent) => {
    if (!isOpen || event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') move((chosen + 1) % found.length);
    else if (event.key === 'ArrowUp') move((chosen + found.length - 1) % found.length);
    else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') insert(chosen);
    else if (event.key === 'Escape') close(typed?.at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const follow = () => {
    const place = field.current?.selectionStart ?? 0;
    setCaret(place);
    if (closedAt !== undefined && mentionBefore(field.current?.value ?? '', place)?.at !== closedAt) close(undefined);
  };

  return (
    <div className="relative" onKeyDownCapture={press} onKeyUp={follow} onInput={follow} onClick={follow}>
      {children}
      <p role="status" className="sr-only">
        {isOpen ? <Plural value={found.length} one="# colleague found" other="# colleagues found" /> : null}
      </p>
      {isOpen ? (
        <ul
          id={listId}
          role="listbox"
          aria-label={t`Mention somebody`}
          className="absolute bottom-full left-0 z-20 mb-1 max-h-64 w-72 max-w-full overflow-auto rounded-lg border border-line bg-raised p-1 shadow-xl"
        >
          {found.map((person, index) => (
            <li
              key={person.id}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onPointerMove={() => move(index)}
              // The text keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => insert(index)}
              className={classes(
                'flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2',
                index === chosen && 'bg-sunken',
              )}
            >
              <Avatar name={person.name} size="s" />
              <span className="truncate">{mentionLabel(person, staff)}</span>
              {person.away ? (
                <span className="text-xs text-muted">
                  <Trans>away</Trans>
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
