import { Button, notify, SelectField, sentenceOf } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { plural } from '@lingui/core/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type FoundTicket, type Schemas, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { placeTicket } from './keep-tickets-current.js';
import { priorities, priorityLabels, statusLabels, workingStatuses } from './labels.js';
import { useStaff } from './use-staff.js';
import { groupsQuery } from './view-queries.js';

const most = 100;

/** What one does with several tickets at once. */
export function BulkBar({ tickets, onDone }: { tickets: readonly FoundTicket[]; onDone: () => void }) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const staff = useStaff();
  const { data: groups = [] } = useQuery(groupsQuery);
  const run = useMutation({
    mutationFn: async (changes: Schemas['ChangeTicketDto']) => {
      const ids = tickets.map(({ id }) => id);
      const results = [];
      for (let from = 0; from < ids.length; from += most) {
        const answer = await unwrap(
          api.POST('/api/v1/tickets/bulk', { body: { ids: ids.slice(from, from + most), changes } as never }),
        );
        // A run in the background answers a filter alone; ids are answered at once.
        if ('results' in answer) results.push(...answer.results);
      }
      return results;
    },
    onSuccess(results) {
      for (const { ticket } of results) if (ticket !== undefined) placeTicket(queries, ticket);
      const refused = results.filter(({ status }) => status >= 400).length;
      const done = results.length - refused;
      if (refused > 0)
        notify({
          tone: 'danger',
          text: t`${plural(refused, { one: '# ticket could not be changed', other: '# tickets could not be changed' })}`,
        });
      else notify({ text: t`${plural(done, { one: '# ticket changed', other: '# tickets changed' })}` });
      onDone();
    },
    onError: (error) => notify({ text: sentenceOf(error), tone: 'danger' }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tickets'] }),
  });
  if (tickets.length === 0) return null;
  const choose = (changes: Schemas['ChangeTicketDto']) => run.mutate(changes);
  const field = 'min-h-8! w-auto! max-w-36';
  return (
    <section
      aria-label={t`Selected tickets`}
      className="flex flex-wrap items-center gap-2 border-t border-line bg-raised px-4 py-2 shadow-[0_-4px_16px_rgb(0_0_0/0.08)]"
    >
      <span role="status" className="mr-2 font-medium">
        <Plural value={tickets.length} one="# selected" other="# selected" />
      </span>
      <SelectField
        label={t`Status`}
        hideLabel
        className={field}
        value=""
        disabled={run.isPending}
        onChange={({ target }) => choose({ status: target.value as never })}
      >
        <option value="">{t`Status`}</option>
        {workingStatuses.map((status) => (
          <option key={status} value={status}>
            {i18n._(statusLabels[status])}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t`Priority`}
        hideLabel
        className={field}
        value=""
        disabled={run.isPending}
        onChange={({ target }) => choose({ priority: target.value as never })}
      >
        <option value="">{t`Priority`}</option>
        {priorities.map((priority) => (
          <option key={priority} value={priority}>
            {i18n._(priorityLabels[priority])}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t`Assignee`}
        hideLabel
        className={field}
        value=""
        disabled={run.isPending}
        onChange={({ target }) => choose({ assignedToId: target.value === 'none' ? null : target.value })}
      >
        <option value="">{t`Assignee`}</option>
        <option value={me.id}>{t`Me`}</option>
        <option value="none">{t`Nobody`}</option>
        {staff
          .filter(({ id }) => id !== me.id)
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </SelectField>
      {groups.length === 0 ? null : (
        <SelectField
          label={t`Group`}
          hideLabel
          className={field}
          value=""
          disabled={run.isPending}
          onChange={({ target }) => choose({ groupId: target.value === 'none' ? null : target.value })}
        >
          <option value="">{t`Group`}</option>
          <option value="none">{t`No group`}</option>
          {groups.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <Button look="quiet" onClick={onDone}>
        <Trans>Clear the selection</Trans>
      </Button>
    </section>
  );
}
