import { Avatar, classes, Time, useKeys } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type Dispatch,
  memo,
  type MouseEvent,
  type SetStateAction,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { FoundTicket } from '../api/client.js';
import { Snippet } from './snippet.js';
import { PriorityMark, StatusBadge } from './status-badge.js';
import { commentsQuery, ticketQuery } from './ticket-queries.js';

interface TableProps {
  readonly tickets: readonly FoundTicket[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: Dispatch<SetStateAction<ReadonlySet<string>>>;
  /** Whether a row leads to its ticket: a deleted one is nowhere to be seen before it is restored. */
  readonly opens: boolean;
  /** The end comes into sight. */
  readonly onEnd: () => void;
}

const rowHeight = 44;
const columns =
  'grid grid-cols-[2rem_1.25rem_minmax(0,1fr)_auto] md:grid-cols-[2rem_1.25rem_3.5rem_minmax(0,1fr)_10rem_9rem_6.5rem_6rem] items-center gap-x-2 px-3';
const wide = 'hidden md:block';

/** The rows that are in sight, and no others, however long the list is. */
export function TicketTable({ tickets, selected, onSelect, opens, onEnd }: TableProps) {
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: tickets.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= tickets.length - 15) onEnd();
  }, [last, tickets.length, onEnd]);

  const toggle = useCallback(
    (id: string) =>
      onSelect((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [onSelect],
  );
  const at = useCursor(tickets, opens, toggle, (index) => rows.scrollToIndex(index));
  const allChosen = selected.size > 0 && tickets.every(({ id }) => selected.has(id));

  return (
    <div
      role="table"
      aria-label={t`Tickets`}
      aria-rowcount={tickets.length + 1}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div role="rowgroup" className="border-b border-line bg-bg text-xs font-medium text-muted">
        <div role="row" aria-rowindex={1} className={classes(columns, 'h-8')}>
          <div role="columnheader" className="flex justify-center">
            <input
              type="checkbox"
              aria-label={t`Select all that are loaded`}
              checked={allChosen}
              onChange={() => onSelect(allChosen ? new Set() : new Set(tickets.map(({ id }) => id)))}
            />
          </div>
          <div role="columnheader">
            <span className="sr-only">
              <Trans>Priority</Trans>
            </span>
          </div>
          <div role="columnheader" className={wide}>
            <Trans>No.</Trans>
          </div>
          <div role="columnheader">
            <Trans>Subject</Trans>
          </div>
          <div role="columnheader" className={wide}>
            <Trans>Requester</Trans>
          </div>
          <div role="columnheader" className={wide}>
            <Trans>Assignee</Trans>
          </div>
          <div role="columnheader">
            <Trans>Status</Trans>
          </div>
          <div role="columnheader" className={classes(wide, 'text-right')}>
            <Trans>Updated</Trans>
          </div>
        </div>
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-auto bg-raised">
        <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, key, start }) => {
            const ticket = tickets[index];
            return ticket === undefined ? null : (
              <Row
                key={key}
                ticket={ticket}
                opens={opens}
                index={index}
                top={start}
                current={index === at}
                chosen={selected.has(ticket.id)}
                onToggle={toggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The row that `j` and `k` move to; the ticket there is fetched ahead. */
function useCursor(
  tickets: readonly FoundTicket[],
  opens: boolean,
  toggle: (id: string) => void,
  scrollTo: (index: number) => void,
): number {
  const [at, move] = useState(-1);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const go = (step: 1 | -1) => () => {
    const next = Math.max(0, Math.min(tickets.length - 1, at + step));
    move(next);
    scrollTo(next);
    const ticket = tickets[next];
    if (ticket === undefined || !opens) return;
    void queries.prefetchQuery(ticketQuery(ticket.number));
    void queries.prefetchQuery(commentsQuery(ticket.number));
  };
  const open = () => {
    const ticket = tickets[at];
    if (ticket !== undefined && opens)
      void navigate({ to: '/tickets/$number', params: { number: String(ticket.number) } });
  };
  useKeys({
    j: go(1),
    k: go(-1),
    o: open,
    Enter: open,
    x: () => {
      const ticket = tickets[at];
      if (ticket !== undefined) toggle(ticket.id);
    },
  });
  return at;
}

interface RowProps {
  readonly ticket: FoundTicket;
  readonly opens: boolean;
  readonly index: number;
  readonly top: number;
  readonly current: boolean;
  readonly chosen: boolean;
  readonly onToggle: (id: string) => void;
}

/** Scrolling shows some rows more, and leaves the others as they are. */
const Row = memo(function Row({ ticket, opens, index, top, current, chosen, onToggle }: RowProps) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const { id, number, author, assignedTo, status, priority, updatedAt, tags, snippets } = ticket;
  const fetchAhead = () => {
    if (!opens) return;
    void queries.prefetchQuery(ticketQuery(number));
    void queries.prefetchQuery(commentsQuery(number));
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
      onPointerEnter={fetchAhead}
      className={classes(
        columns,
        'absolute inset-x-0 top-0 border-b border-line hover:bg-bg',
        chosen && 'bg-accent-soft',
        current && 'shadow-[inset_3px_0_0_var(--accent)] bg-bg',
      )}
    >
      <div role="cell" className="flex justify-center">
        <input type="checkbox" aria-label={t`Select ticket ${number}`} checked={chosen} onChange={() => onToggle(id)} />
      </div>
      <div role="cell">{priority === undefined ? null : <PriorityMark priority={priority} />}</div>
      <div role="cell" className={classes(wide, 'text-xs text-muted tabular-nums')}>
        #{number}
      </div>
      <div role="cell" className="flex min-w-0 items-center gap-2">
        <Subject ticket={ticket} opens={opens} onOpen={fetchAhead} />
        {snippets === undefined ? (
          <span className="hidden shrink-0 gap-1 xl:flex">
            {tags?.slice(0, 2).map((tag) => (
              <span key={tag} className="rounded border border-line px-1 text-[11px] text-muted">
                {tag}
              </span>
            ))}
          </span>
        ) : (
          <Snippet snippets={snippets} />
        )}
      </div>
      <div role="cell" className={classes(wide, 'truncate text-muted')}>
        {author.name}
      </div>
      <div role="cell" className="hidden min-w-0 items-center gap-1.5 text-muted md:flex">
        {assignedTo === null ? (
          <span>–</span>
        ) : (
          <>
            <Avatar name={assignedTo.name} size="s" />
            <span className="truncate">{assignedTo.name}</span>
          </>
        )}
      </div>
      <div role="cell">
        <StatusBadge status={status} />
      </div>
      <div role="cell" className={classes(wide, 'text-right text-xs text-muted')}>
        <Time at={updatedAt} short />
      </div>
    </div>
  );
});

interface SubjectProps {
  readonly ticket: FoundTicket;
  readonly opens: boolean;
  readonly onOpen: () => void;
}

/** A plain link, which subscribes to nothing: the router's own would, for each row, to learn whether it is the current page. */
function Subject({ ticket: { number, title, status }, opens, onOpen }: SubjectProps) {
  const navigate = useNavigate();
  if (!opens) return <span className="truncate text-muted">{title}</span>;
  const open = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // The browser's.
    event.preventDefault();
    onOpen();
    void navigate({ to: '/tickets/$number', params: { number: String(number) } });
  };
  return (
    <a
      href={`/tickets/${number}`}
      onClick={open}
      className={classes(
        'truncate font-medium after:absolute after:inset-y-0 after:right-0 after:left-10',
        (status === 'RESOLVED' || status === 'CLOSED') && 'text-muted',
      )}
    >
      {title}
    </a>
  );
}
