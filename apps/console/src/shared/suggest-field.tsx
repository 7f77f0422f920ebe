import { classes, Field } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';

export interface Suggestion {
  readonly id: string;
  readonly text: string;
  readonly aside?: ReactNode;
}

interface SuggestFieldProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly text: string;
  readonly suggestions: readonly Suggestion[];
  readonly onType: (text: string) => void;
  readonly onChoose: (suggestion: Suggestion) => void;
  /** Enter without a suggestion: what was typed counts as it stands. */
  readonly onEnter?: (text: string) => void;
}

/** A text field with suggestions below it: arrows move among them, Enter takes one, Escape closes them and keeps the text. */
export function SuggestField({ text, suggestions, onType, onChoose, onEnter, ...field }: SuggestFieldProps) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const [at, move] = useState(-1);
  const listId = useId();
  const shown = open ? suggestions : [];
  const choose = (index: number) => {
    const suggestion = shown[index];
    if (suggestion === undefined) return;
    setOpen(false);
    move(-1);
    onChoose(suggestion);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' && suggestions.length > 0) {
      setOpen(true);
      move(Math.min(at + 1, suggestions.length - 1));
    } else if (event.key === 'ArrowUp' && shown.length > 0) move(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && shown[at] !== undefined) choose(at);
    else if (event.key === 'Enter' && onEnter !== undefined) onEnter(text);
    else if (event.key === 'Escape' && shown.length > 0) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative">
      <Field
        {...field}
        role="combobox"
        autoComplete="off"
        aria-autocomplete="list"
        aria-expanded={shown.length > 0}
        aria-controls={shown.length > 0 ? listId : undefined}
        aria-activedescendant={shown[at] === undefined ? undefined : `${listId}-${at}`}
        value={text}
        onChange={(event) => {
          onType(event.target.value);
          setOpen(true);
          move(-1);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={press}
      />
      {shown.length === 0 ? null : (
        <ul
          id={listId}
          role="listbox"
          aria-label={t`Suggestions`}
          className="absolute inset-x-0 top-full z-20 mt-1 max-h-64 overflow-auto rounded-lg border border-line bg-raised p-1 shadow-xl"
        >
          {shown.map((suggestion, index) => (
            <li
              key={suggestion.id}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerMove={() => move(index)}
              onPointerDown={(event) => event.preventDefault()} // The field keeps the focus.
              onClick={() => choose(index)}
              className={classes(
                'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2',
                index === at && 'bg-sunken',
              )}
            >
              <span className="min-w-0 flex-1 truncate">{suggestion.text}</span>
              {suggestion.aside}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
