import { Button, Dialog, Field, Menu, MenuItem, notify, SelectField, sentenceOf, textOf } from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ListFilter, X } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { api, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { priorities, priorityLabels, statuses, statusLabels } from './labels.js';
import { filterNames, type ListSearch } from './ticket-queries.js';
import { groupsQuery, staffQuery, tagsQuery } from './view-queries.js';

type FilterName = (typeof filterNames)[number];

const filterLabels: Readonly<Record<FilterName, MessageDescriptor>> = {
  status: msg`Status`,
  priority: msg`Priority`,
  assignedTo: msg`Assignee`,
  group: msg`Group`,
  tag: msg`Tag`,
  organization: msg`Organization`,
  author: msg`Requester`,
  deleted: msg`Deleted`,
};

const sorts: Readonly<Record<string, MessageDescriptor>> = {
  '-updatedAt': msg`Last updated`,
  '-createdAt': msg`Newest`,
  createdAt: msg`Oldest`,
  '-priority': msg`Most urgent`,
  '-resolvedAt': msg`Last resolved`,
};

interface Option {
  readonly value: string;
  readonly text: string;
}

/** What chooses this list, each as a chip that can be taken away; and what else could. */
export function FilterBar({ search }: { search: ListSearch }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const options = useOptions();
  const change = (changes: ListSearch) => void navigate({ to: '/tickets', search: { ...search, ...changes } });
  if (search.view !== undefined) return <SavedView view={search.view} />;
  const chosen = filterNames.filter((name) => search[name] !== undefined);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {search.q === undefined ? null : (
        <Chip name={t`Contains`} value={search.q} onRemove={() => change({ q: undefined })} />
      )}
      {chosen.map((name) => (
        <Chip
          key={name}
          name={i18n._(filterLabels[name])}
          value={(search[name] ?? '')
            .split(',')
            .map((value) => options[name]?.find((option) => option.value === value)?.text ?? value)
            .join(', ')}
          onRemove={() => change({ [name]: undefined })}
        />
      ))}
      <Menu
        trigger={
          <Button small look="quiet">
            <ListFilter size={14} aria-hidden />
            <Trans>Filter</Trans>
          </Button>
        }
      >
        {filterNames
          .filter((name) => (options[name]?.length ?? 0) > 0)
          .map((name) => (
            <FilterGroup
              key={name}
              name={i18n._(filterLabels[name])}
              options={options[name] ?? []}
              onChoose={(value) => change({ [name]: value })}
            />
          ))}
      </Menu>
      {search.q === undefined && (
        <SelectField
          label={t`Order`}
          hideLabel
          value={search.sort ?? '-updatedAt'}
          onChange={({ target: { value } }) => change({ sort: value === '-updatedAt' ? undefined : value })}
          className="min-h-7! w-auto! text-xs!"
        >
          {Object.entries(sorts).map(([sort, label]) => (
            <option key={sort} value={sort}>
              {i18n._(label)}
            </option>
          ))}
        </SelectField>
      )}
      {chosen.length > 0 || search.q !== undefined ? <SaveView search={search} /> : null}
    </div>
  );
}

function Chip({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  const { t } = useLingui();
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-full border border-line bg-raised py-px pr-0.5 pl-2.5 text-xs">
      <span className="text-muted">{name}:</span>
      <span className="truncate font-medium">{value}</span>
      <button
        type="button"
        aria-label={t`Remove the filter ${name}`}
        onClick={onRemove}
        className="inline-flex size-6 cursor-pointer items-center justify-center rounded-full hover:bg-sunken"
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

interface GroupProps {
  readonly name: string;
  readonly options: readonly Option[];
  readonly onChoose: (value: string) => void;
}

function FilterGroup({ name, options, onChoose }: GroupProps) {
  return (
    <>
      <p role="presentation" className="px-2 pt-2 pb-0.5 text-xs font-semibold text-muted">
        {name}
      </p>
      {options.map(({ value, text }) => (
        <MenuItem key={value} onChoose={() => onChoose(value)}>
          {text}
        </MenuItem>
      ))}
    </>
  );
}

function useOptions(): Partial<Record<FilterName, Option[]>> {
  const { t, i18n } = useLingui();
  const me = useMe();
  const { data: staff = [] } = useQuery(staffQuery);
  const { data: groups = [] } = useQuery(groupsQuery);
  const { data: tags = [] } = useQuery(tagsQuery);
  return {
    status: statuses.map((status) => ({ value: status.toLowerCase(), text: i18n._(statusLabels[status]) })),
    priority: priorities.map((priority) => ({ value: priority.toLowerCase(), text: i18n._(priorityLabels[priority]) })),
    assignedTo: [
      { value: 'me', text: t`Me` },
      { value: 'none', text: t`Nobody` },
      ...staff.filter(({ id }) => id !== me.id).map(({ id, name }) => ({ value: id, text: name })),
    ],
    group: groups.map(({ id, name }) => ({ value: id, text: name })),
    tag: tags.map(({ tag }) => ({ value: tag, text: tag })),
    deleted: me.role === 'ADMIN' ? [{ value: 'only', text: t`Deleted tickets` }] : [],
  };
}

/** A saved view's own controls: its owner, or an admin, may delete it. */
function SavedView({ view }: { view: string }) {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ['view', view],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/views/{id}', { params: { path: { id: view } }, signal })),
  });
  if (data === undefined || (data.ownerId !== me.id && !(data.shared && me.role === 'ADMIN'))) return null;
  const remove = () => {
    unwrap(api.DELETE('/api/v1/views/{id}', { params: { path: { id: view } } }))
      .then(() => queries.invalidateQueries({ queryKey: ['views'] }))
      .then(() => navigate({ to: '/tickets', search: {} }))
      .then(() => notify({ text: t`View deleted` }))
      .catch((error: unknown) => notify({ text: sentenceOf(error), tone: 'danger' }));
  };
  return (
    <div className="flex gap-1.5">
      <Button small look="quiet" onClick={remove}>
        <X size={14} aria-hidden />
        <Trans>Delete this view</Trans>
      </Button>
    </div>
  );
}

function SaveView({ search }: { search: ListSearch }) {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [error, fail] = useState<string>();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { sort, deleted: _deleted, view: _view, q, ...filters } = search;
    const lists = Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, value?.split(',')]));
    const body = {
      name: textOf(event.currentTarget, 'name'),
      shared: form.get('shared') === 'on',
      sort: sort ?? null,
      filters: { ...lists, ...(q === undefined ? {} : { q }) },
    };
    unwrap(api.POST('/api/v1/views', { body: body as never }))
      .then(async ({ id }) => {
        setOpen(false);
        await queries.invalidateQueries({ queryKey: ['views'] });
        await queries.invalidateQueries({ queryKey: ['view-counts'] });
        await navigate({ to: '/tickets', search: { view: id } });
      })
      .catch((reason: unknown) => fail(sentenceOf(reason)));
  };
  return (
    <>
      <Button small look="quiet" onClick={() => setOpen(true)}>
        <Trans>Save as a view</Trans>
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Save as a view`} closeLabel={t`Close`}>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Field label={t`Name`} name="name" required maxLength={100} error={error} />
          {me.role === 'ADMIN' ? (
            <label className="flex items-center gap-2">
              <input type="checkbox" name="shared" />
              <Trans>For everybody</Trans>
            </label>
          ) : null}
          <Button type="submit" look="primary">
            <Trans>Save</Trans>
          </Button>
        </form>
      </Dialog>
    </>
  );
}
