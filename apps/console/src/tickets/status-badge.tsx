import { Badge } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import type { TicketPriority, TicketStatus } from '../api/client.js';
import { priorityLabels, statusLabels, statusTones } from './labels.js';

export function StatusBadge({ status }: { status: TicketStatus }) {
  const { i18n } = useLingui();
  return <Badge tone={statusTones[status]}>{i18n._(statusLabels[status])}</Badge>;
}

const bars: Readonly<Record<TicketPriority, number>> = { LOW: 1, MEDIUM: 2, HIGH: 3, URGENT: 4 };

/** One to four bars: told apart by their number, not by their colour alone. */
export function PriorityMark({ priority }: { priority: TicketPriority }) {
  const { i18n } = useLingui();
  const label = i18n._(priorityLabels[priority]);
  return (
    <span role="img" aria-label={label} title={label} className="inline-flex h-3.5 items-end gap-px">
      {[1, 2, 3, 4].map((bar) => (
        <span
          key={bar}
          className={`w-[3px] rounded-[1px] ${['', 'h-1.5', 'h-2', 'h-[11px]', 'h-3.5'][bar]} ${
            bar <= bars[priority] ? (priority === 'URGENT' ? 'bg-danger' : 'bg-muted') : 'bg-line'
          }`}
        />
      ))}
    </span>
  );
}
