import { SelectField } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { Ticket, TicketPriority, TicketStatus } from '../api/client.js';
import { useMe } from '../session/session.js';
import { priorities, priorityLabels, statusLabels, workingStatuses } from '../tickets/labels.js';
import { useTicketChange } from '../tickets/use-ticket-change.js';
import { useStaff } from '../tickets/use-staff.js';
import { groupsQuery } from '../tickets/view-queries.js';
import { TagField } from './tag-field.js';

/** Status, assignee, group, priority and tags; each change counts at once. */
export function TicketFields({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const change = useTicketChange(ticket.number);
  const staff = useStaff();
  const { data: groups = [] } = useQuery(groupsQuery);
  const { status, assignedTo, assignedToId, groupId, priority } = ticket;
  const isClosed = status === 'CLOSED';
  // A colleague who has left may still stand there.
  const isKnown = assignedToId === null || staff.some(({ id }) => id === assignedToId);
  const statuses: readonly TicketStatus[] =
    status === 'RESOLVED' || isClosed ? [...workingStatuses, 'CLOSED'] : workingStatuses;
  return (
    <div className="flex flex-col gap-3">
      <div id="ticket-status">
        <SelectField
          label={t`Status`}
          value={status}
          disabled={isClosed}
          onChange={({ target }) => change.mutate({ status: target.value as TicketStatus })}
        >
          {statuses.map((each) => (
            <option key={each} value={each}>
              {i18n._(statusLabels[each])}
            </option>
          ))}
        </SelectField>
      </div>
      <div id="ticket-assignee">
        <SelectField
          label={t`Assignee`}
          value={assignedToId ?? ''}
          disabled={isClosed}
          onChange={({ target }) => change.mutate({ assignedToId: target.value === '' ? null : target.value })}
        >
          <option value="">{t`Nobody`}</option>
          <option value={me.id}>{t`Me (${me.name})`}</option>
          {isKnown || assignedTo === null || assignedTo.id === me.id ? null : (
            <option value={assignedTo.id}>{assignedTo.name}</option>
          )}
          {staff
            .filter(({ id }) => id !== me.id)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </SelectField>
      </div>
      {groups.length === 0 ? null : (
        <SelectField
          label={t`Group`}
          value={groupId ?? ''}
          disabled={isClosed}
          onChange={({ target }) => change.mutate({ groupId: target.value === '' ? null : target.value })}
        >
          <option value="">{t`No group`}</option>
          {groups.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <div id="ticket-priority">
        <SelectField
          label={t`Priority`}
          value={priority ?? 'MEDIUM'}
          disabled={isClosed}
          onChange={({ target }) => change.mutate({ priority: target.value as TicketPriority })}
        >
          {priorities.map((each) => (
            <option key={each} value={each}>
              {i18n._(priorityLabels[each])}
            </option>
          ))}
        </SelectField>
      </div>
      <div id="ticket-tags">
        <TagField
          tags={ticket.tags ?? []}
          disabled={isClosed}
          onAdd={(tag) => change.mutate({ addTags: [tag] })}
          onRemove={(tag) => change.mutate({ removeTags: [tag] })}
        />
      </div>
    </div>
  );
}
