import { Avatar } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Ticket } from '../api/client.js';
import { organizationQuery, ticketsOf } from '../tickets/people-queries.js';
import { PanelSection } from './panel-section.js';
import { TicketLinkRow } from './ticket-link-row.js';

/** Who asked, for whom they work, and what else they asked. */
export function Requester({ ticket: { number, author, authorId, organizationId } }: { ticket: Ticket }) {
  const { t } = useLingui();
  const { data: organization } = useQuery({
    ...organizationQuery(organizationId ?? ''),
    enabled: organizationId !== null,
  });
  const { data: tickets = [] } = useQuery(ticketsOf(authorId));
  const others = tickets.filter((each) => each.number !== number).slice(0, 5);
  return (
    <PanelSection title={<Trans>Requester</Trans>}>
      <div className="flex items-center gap-2">
        <Avatar name={author.name} />
        <div className="min-w-0">
          <p className="truncate font-medium">{author.name}</p>
          {author.email === undefined ? null : (
            <a href={`mailto:${author.email}`} className="block truncate text-xs text-accent-text underline">
              {author.email}
            </a>
          )}
        </div>
      </div>
      {organization === undefined ? null : (
        <p className="text-xs">
          <span className="text-muted">
            <Trans>Organization:</Trans>
          </span>{' '}
          <Link
            to="/tickets"
            search={{ organization: organization.id }}
            className="font-medium text-accent-text underline"
          >
            {organization.name}
          </Link>
        </p>
      )}
      {others.length === 0 ? null : (
        <>
          <ul aria-label={t`Other tickets of ${author.name}`} className="flex flex-col">
            {others.map((each) => (
              <TicketLinkRow key={each.id} ticket={each} />
            ))}
          </ul>
          <Link to="/tickets" search={{ author: authorId }} className="text-xs font-medium text-accent-text underline">
            <Trans>All tickets of {author.name}</Trans>
          </Link>
        </>
      )}
    </PanelSection>
  );
}
