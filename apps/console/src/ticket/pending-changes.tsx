import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { Schemas } from '../api/client.js';
import { priorityLabels } from '../tickets/labels.js';
import { groupsQuery, staffQuery } from '../tickets/view-queries.js';

type Changes = Schemas['ReplyChangesDto'];

/** What else the reply changes, each of which can be taken out. */
export function PendingChanges({ changes, onChange }: { changes: Changes; onChange: (changes: Changes) => void }) {
  const { t, i18n } = useLingui();
  const { data: staff = [] } = useQuery(staffQuery);
  const { data: groups = [] } = useQuery(groupsQuery);
  const { priority, assignedToId, groupId, addTags, removeTags } = changes;
  const shown: [keyof Changes, string][] = [];
  if (priority !== undefined) shown.push(['priority', t`Priority: ${i18n._(priorityLabels[priority])}`]);
  if (assignedToId !== undefined) {
    const name = staff.find(({ id }) => id === assignedToId)?.name ?? t`Nobody`;
    shown.push(['assignedToId', t`Assignee: ${name}`]);
  }
  if (groupId !== undefined) {
    const name = groups.find(({ id }) => id === groupId)?.name ?? t`No group`;
    shown.push(['groupId', t`Group: ${name}`]);
  }
  if (addTags !== undefined && addTags.length > 0) shown.push(['addTags', t`Add tags: ${addTags.join(', ')}`]);
  if (removeTags !== undefined && removeTags.length > 0)
    shown.push(['removeTags', t`Remove tags: ${removeTags.join(', ')}`]);
  if (shown.length === 0) return null;
  return (
    <ul aria-label={t`Changes with the reply`} className="flex flex-wrap gap-1.5">
      {shown.map(([name, label]) => (
        <li
          key={name}
          className="inline-flex items-center gap-1 rounded-full bg-accent-soft py-px pr-0.5 pl-2.5 text-xs text-accent-text"
        >
          {label}
          <button
            type="button"
            aria-label={t`Leave out ${label}`}
            onClick={() => onChange({ ...changes, [name]: undefined })}
            className="inline-flex size-6 cursor-pointer items-center justify-center rounded-full hover:bg-sunken"
          >
            <X size={12} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
