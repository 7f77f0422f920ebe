import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { User } from '../api/client.js';
import { peopleLike } from '../tickets/people-queries.js';
import { SuggestField } from './suggest-field.js';

interface PersonFieldProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly only?: 'customer' | 'staff';
  readonly onChoose: (person: User) => void;
}

/** Finds somebody by name or address. */
export function PersonField({ only, onChoose, ...field }: PersonFieldProps) {
  const [text, type] = useState('');
  const words = useDeferredValue(text.trim());
  const { data: people = [] } = useQuery(peopleLike(words, only));
  return (
    <SuggestField
      {...field}
      text={text}
      suggestions={(words === '' ? [] : people).map(({ id, name, email }) => ({
        id,
        text: name,
        aside: <span className="truncate text-xs text-muted">{email}</span>,
      }))}
      onType={type}
      onChoose={({ id }) => {
        const person = people.find((each) => each.id === id);
        if (person === undefined) return;
        type('');
        onChoose(person);
      }}
    />
  );
}
