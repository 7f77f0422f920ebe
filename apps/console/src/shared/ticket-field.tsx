import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { FoundTicket } from '../api/client.js';
import { ticketsLike } from '../tickets/people-queries.js';
import { StatusBadge } from '../tickets/status-badge.js';
import { SuggestField } from './suggest-field.js';

interface TicketFieldProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly placeholder?: string;
  /** The ticket that is not offered. */
  readonly except: number;
  readonly onChoose: (ticket: FoundTicket) => void;
}

/** Finds a ticket by its number or its words. */
export function TicketField({ except, onChoose, ...field }: TicketFieldProps) {
  const [text, type] = useState('');
  const words = useDeferredValue(text.trim());
  const { data = [] } = useQuery(ticketsLike(words));
  const tickets = words === '' ? [] : data.filter(({ number }) => number !== except);
  return (
    <SuggestField
      {...field}
      text={text}
      suggestions={tickets.map(({ id, number, title, status }) => ({
        id,
        text: `#${number} ${title}`,
        aside: <StatusBadge status={status} />,
      }))}
      onType={type}
      onChoose={({ id }) => {
        const ticket = tickets.find((each) => each.id === id);
        if (ticket === undefined) return;
        type('');
        onChoose(ticket);
      }}
    />
  );
}
