import { CheckField, Editor, Field, SelectField, TextArea, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, type TicketPriority, type TicketStatus, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { priorities, priorityLabels, statusLabels, workingStatuses } from '../tickets/labels.js';
import { useStaff } from '../tickets/use-staff.js';
import { groupsQuery } from '../tickets/view-queries.js';

type Macro = Schemas['MacroDto'];
type Changes = Schemas['MacroChangesDto'];

/** What a choice says besides an id. */
const [keep, nobody, whoever] = ['', 'none', 'me'] as const;
const placeholders = '{{ticket.author.name}}, {{ticket.number}}, {{ticket.title}}, {{me.name}}';

export function MacroForm({ macro, onSaved }: { macro: Macro | undefined; onSaved: () => void }) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const staff = useStaff();
  const { data: groups = [] } = useQuery(groupsQuery);
  const [changes, change] = useState<Changes>(macro?.changes ?? {});
  const read = (form: HTMLFormElement) => {
    const body = textOf(form, 'body').trim();
    const addTags = tagsOf(textOf(form, 'addTags'));
    const removeTags = tagsOf(textOf(form, 'removeTags'));
    const { addTags: _added, removeTags: _removed, ...others } = changes;
    const visibility = textOf(form, 'internal') === 'on' ? ('INTERNAL' as const) : ('PUBLIC' as const);
    return {
      name: textOf(form, 'name').trim(),
      reply: body === '' ? null : { body, visibility },
      changes: {
        ...others,
        ...(addTags.length === 0 ? {} : { addTags }),
        ...(removeTags.length === 0 ? {} : { removeTags }),
      },
      shared: textOf(form, 'shared') === 'on',
    };
  };
  return (
    <Editor
      read={read}
      save={({ shared, ...body }, key) =>
        macro === undefined
          ? unwrap(
              api.POST('/api/v1/macros', {
                params: { header: { 'Idempotency-Key': key } },
                body: { ...body, ...(shared ? { shared } : {}) },
              }),
            )
          : unwrap(
              api.PATCH('/api/v1/macros/{id}', {
                params: { path: { id: macro.id }, header: { 'If-Match': `"${macro.version}"` } },
                body,
              }),
            )
      }
      onSaved={onSaved}
      keys={[['macros']]}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            required
            maxLength={200}
            defaultValue={macro?.name}
            error={failure?.of('name')}
          />
          <TextArea
            label={t`Reply`}
            name="body"
            rows={6}
            maxLength={65_536}
            defaultValue={macro?.reply?.body}
            hint={t`These are filled in: ${placeholders}`}
            error={failure?.of('reply.body')}
          />
          <CheckField
            label={t`As an internal note`}
            name="internal"
            defaultChecked={macro?.reply?.visibility === 'INTERNAL'}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label={t`Status`}
              value={changes.status ?? keep}
              onChange={({ target: { value } }) =>
                change({ ...changes, status: value === keep ? undefined : (value as TicketStatus) })
              }
            >
              <option value={keep}>{t`Keep it`}</option>
              {workingStatuses.map((status) => (
                <option key={status} value={status}>
                  {i18n._(statusLabels[status])}
                </option>
              ))}
            </SelectField>
            <SelectField
              label={t`Priority`}
              value={changes.priority ?? keep}
              onChange={({ target: { value } }) =>
                change({ ...changes, priority: value === keep ? undefined : (value as TicketPriority) })
              }
            >
              <option value={keep}>{t`Keep it`}</option>
              {priorities.map((priority) => (
                <option key={priority} value={priority}>
                  {i18n._(priorityLabels[priority])}
                </option>
              ))}
            </SelectField>
            <SelectField
              label={t`Assignee`}
              value={changes.assignToMe === true ? whoever : choiceOf(changes.assignedToId)}
              onChange={({ target: { value } }) => {
                const { assignToMe: _me, assignedToId: _id, ...others } = changes;
                if (value === whoever) change({ ...others, assignToMe: true });
                else change({ ...others, assignedToId: chosen(value) });
              }}
            >
              <option value={keep}>{t`Keep it`}</option>
              <option value={whoever}>{t`Whoever uses it`}</option>
              <option value={nobody}>{t`Nobody`}</option>
              {staff.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
            <SelectField
              label={t`Group`}
              value={choiceOf(changes.groupId)}
              onChange={({ target: { value } }) => change({ ...changes, groupId: chosen(value) })}
            >
              <option value={keep}>{t`Keep it`}</option>
              <option value={nobody}>{t`No group`}</option>
              {groups.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
            <Field
              label={t`Tags to add`}
              name="addTags"
              hint={t`Several by comma`}
              defaultValue={changes.addTags?.join(', ')}
              error={failure?.of('changes.addTags')}
            />
            <Field
              label={t`Tags to remove`}
              name="removeTags"
              hint={t`Several by comma`}
              defaultValue={changes.removeTags?.join(', ')}
              error={failure?.of('changes.removeTags')}
            />
          </div>
          {macro === undefined && me.role === 'ADMIN' ? <CheckField label={t`For everybody`} name="shared" /> : null}
          {macro === undefined || macro.missing.length === 0 ? null : (
            <p className="text-warn-text">
              <Trans>Gone meanwhile: {macro.missing.map(({ name, value }) => name ?? value).join(', ')}</Trans>
            </p>
          )}
        </>
      )}
    </Editor>
  );
}

const tagsOf = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

const choiceOf = (id: string | null | undefined): string => (id === undefined ? keep : (id ?? nobody));

const chosen = (value: string): string | null | undefined =>
  value === keep ? undefined : value === nobody ? null : value;
