import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { TicketStatus } from '../api/client.js';
import { StatusBadge } from '../tickets/status-badge.js';

interface TicketLinkRowProps {
  readonly ticket: { readonly number: number; readonly title: string; readonly status: TicketStatus };
  readonly children?: ReactNode;
}

export function TicketLinkRow({ ticket: { number, title, status }, children }: TicketLinkRowProps) {
  return (
    <li className="flex min-h-8 items-center gap-2">
      <Link
        to="/tickets/$number"
        params={{ number: String(number) }}
        title={title}
        className="min-w-0 flex-1 truncate hover:underline"
      >
        <span className="mr-1 text-xs text-muted tabular-nums">#{number}</span>
        {title}
      </Link>
      <StatusBadge status={status} />
      {children}
    </li>
  );
}
