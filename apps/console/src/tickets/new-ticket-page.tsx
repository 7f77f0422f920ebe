import { ApiFailure, Button, Field, notify, SelectField, sentenceOf, TextArea, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { SubmitEvent } from 'react';
import type { TicketPriority, User } from '../api/client.js';
import { useMe } from '../session/session.js';
import { PersonField } from '../shared/person-field.js';
import { TagField } from '../ticket/tag-field.js';
import { priorities, priorityLabels } from './labels.js';
import { ticketQuery } from './ticket-queries.js';
import { useKept } from './use-kept.js';
import { useOpenTicket } from './use-open-ticket.js';
import { useStaff } from './use-staff.js';
import { groupsQuery } from './view-queries.js';

interface Form {
  readonly title: string;
  readonly description: string;
  readonly author?: Pick<User, 'id' | 'name'>;
  readonly assignedToId: string;
  readonly groupId: string;
  readonly priority: TicketPriority;
  readonly tags: readonly string[];
}

const empty: Form = { title: '', description: '', assignedToId: '', groupId: '', priority: 'MEDIUM', tags: [] };

/** Opens a ticket, for a customer or for the agent, or as the follow-up of a closed one. */
export function NewTicketPage() {
  const { followUpOf } = useSearch({ from: '/new' });
  return <NewTicket key={followUpOf} followUpOf={followUpOf} />;
}

function NewTicket({ followUpOf }: { followUpOf: number | undefined }) {
  const { t, i18n } = useLingui();
  useTitle(t`New ticket`);
  const me = useMe();
  const { data: former } = useQuery({ ...ticketQuery(followUpOf ?? 0), enabled: followUpOf !== undefined });
  const staff = useStaff();
  const { data: groups = [] } = useQuery(groupsQuery);
  const [form, set, forget] = useKept<Form>(`new-ticket:${me.id}:${followUpOf ?? ''}`, empty);
  const change = (part: Partial<Form>) => set({ ...form, ...part });
  const author = form.author ?? former?.author;
  const open = useOpenTicket(forget, (ticket) => notify({ text: t`Ticket #${ticket.number} opened` }));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    open.mutate({
      title: form.title,
      description: form.description,
      priority: form.priority,
      tags: [...form.tags],
      ...(author === undefined ? {} : { authorId: author.id }),
      ...(form.assignedToId === '' ? {} : { assignedToId: form.assignedToId }),
      ...(form.groupId === '' ? {} : { groupId: form.groupId }),
      ...(former === undefined ? {} : { followUpOfId: former.id }),
    });
  };
  const failure = open.error instanceof ApiFailure ? open.error : undefined;
  return (
    <div className="mx-auto w-full max-w-2xl px-4 py-6">
      <h1 className="mb-5 text-lg font-semibold tracking-tight">
        {former === undefined ? <Trans>New ticket</Trans> : <Trans>Follow-up of #{former.number}</Trans>}
      </h1>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {author === undefined ? (
          <PersonField
            label={t`Requester`}
            placeholder={t`Name or address; empty: you`}
            onChoose={({ id, name }) => change({ author: { id, name } })}
          />
        ) : (
          <div>
            <p className="text-xs font-medium text-muted">
              <Trans>Requester</Trans>
            </p>
            <p className="flex min-h-9 items-center gap-1">
              <span className="font-medium">{author.name}</span>
              {form.author === undefined ? null : (
                <button
                  type="button"
                  aria-label={t`Choose another requester`}
                  onClick={() => change({ author: undefined })}
                  className="inline-flex size-6 cursor-pointer items-center justify-center rounded-full hover:bg-sunken"
                >
                  <X size={12} aria-hidden />
                </button>
              )}
            </p>
          </div>
        )}
        <Field
          label={t`Subject`}
          value={form.title}
          required
          maxLength={200}
          autoFocus
          error={failure?.of('title')}
          onChange={({ target }) => change({ title: target.value })}
        />
        <TextArea
          label={t`Description`}
          hint={t`Markdown works.`}
          rows={8}
          required
          maxLength={65_536}
          value={form.description}
          error={failure?.of('description')}
          onChange={({ target }) => change({ description: target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
          }}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t`Assignee`}
            value={form.assignedToId}
            onChange={({ target }) => change({ assignedToId: target.value })}
          >
            <option value="">{t`Nobody`}</option>
            {staff.map(({ id, name }) => (
              <option key={id} value={id}>
                {id === me.id ? t`Me (${name})` : name}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={t`Priority`}
            value={form.priority}
            onChange={({ target }) => change({ priority: target.value as TicketPriority })}
          >
            {priorities.map((each) => (
              <option key={each} value={each}>
                {i18n._(priorityLabels[each])}
              </option>
            ))}
          </SelectField>
          {groups.length === 0 ? null : (
            <SelectField
              label={t`Group`}
              value={form.groupId}
              onChange={({ target }) => change({ groupId: target.value })}
            >
              <option value="">{t`No group`}</option>
              {groups.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
          )}
          <TagField
            tags={form.tags}
            onAdd={(tag) => change({ tags: [...form.tags, tag] })}
            onRemove={(tag) => change({ tags: form.tags.filter((each) => each !== tag) })}
          />
        </div>
        {open.error === null ? null : (
          <p role="alert" className="font-medium text-danger-text">
            {sentenceOf(open.error)}
          </p>
        )}
        <div>
          <Button type="submit" look="primary" disabled={open.isPending}>
            <Trans>Create the ticket</Trans>
          </Button>
        </div>
      </form>
    </div>
  );
}
