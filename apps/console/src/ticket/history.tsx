import { Time } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Schemas, Ticket } from '../api/client.js';
import { staffQuery } from '../tickets/view-queries.js';
import { ticketEvents } from './ticket-events.js';
import { eventSentence, fieldName, valueText } from './event-text.js';

/** Who did what and when, the newest first; read when it is asked for. */
export function History({ ticket: { number } }: { ticket: Ticket }) {
  const [open, setOpen] = useState(false);
  return (
    <section className="border-t border-line pt-3">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-h-8 w-full cursor-pointer items-center gap-1 rounded-md text-xs font-semibold text-muted hover:bg-sunken"
        >
          {open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
          <Trans>History</Trans>
        </button>
      </h2>
      {open ? <Events number={number} /> : null}
    </section>
  );
}

function Events({ number }: { number: number }) {
  const { t } = useLingui();
  const { data: events = [] } = useQuery(ticketEvents(number));
  return (
    <ol aria-label={t`History`} className="mt-2 flex flex-col gap-3 border-l border-line pl-3 text-xs">
      {events.toReversed().map((event) => (
        <EventEntry key={event.id} event={event} />
      ))}
    </ol>
  );
}

function EventEntry({ event }: { event: Schemas['TicketEventDto'] }) {
  const { t, i18n } = useLingui();
  const { data: staff = [] } = useQuery(staffQuery);
  const name = event.actor?.name ?? t`Helpdeskly`;
  const names = { ...Object.fromEntries(staff.map((each) => [each.id, each.name])), ...event.names };
  const fields = event.type === 'UPDATED' || event.type === 'COMMENTED' ? Object.entries(event.changes) : [];
  return (
    <li>
      <p>
        <span className="font-medium">{name}</span> {i18n._(eventSentence[event.type])}
      </p>
      {fields.length === 0 ? null : (
        <ul className="text-muted">
          {fields.flatMap(([field, { from, to }]) => {
            const label = fieldName[field];
            if (label === undefined) return [];
            return [
              <li key={field} className="break-words">
                {i18n._(label)}: {valueText(i18n, field, from, names)} → {valueText(i18n, field, to, names)}
              </li>,
            ];
          })}
        </ul>
      )}
      <p className="text-muted">
        <Time at={event.createdAt} />
      </p>
    </li>
  );
}
