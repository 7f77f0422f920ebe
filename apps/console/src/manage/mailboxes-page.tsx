import {
  Badge,
  Button,
  CheckField,
  Dialog,
  Editor,
  EmptyState,
  Field,
  Listing,
  Page,
  pages,
  Row,
  SelectField,
  TextArea,
  textOf,
  useTitle,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { groupsQuery } from '../tickets/view-queries.js';

type Mailbox = Schemas['MailboxDto'];

const mailboxesList = pages(['mailboxes'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/mailboxes', { params: { query: { limit: 50, cursor } }, signal })),
);

/** The addresses at which the helpdesk hears, and how its mails look. */
export function MailboxesPage() {
  const { t } = useLingui();
  useTitle(t`Mailboxes`);
  const [edited, edit] = useState<Mailbox>();
  const list = useInfiniteQuery(mailboxesList);
  return (
    <Page title={t`Mailboxes`} about={<Trans>Mail to these addresses becomes tickets; replies leave from them.</Trans>}>
      <Listing list={list} empty={<EmptyState icon={<Mail aria-hidden />} title={t`No mailboxes`} />}>
        {(mailbox) => (
          <Row
            title={mailbox.address}
            details={mailbox.name}
            aside={
              <>
                {mailbox.isDefault ? (
                  <Badge tone="accent">
                    <Trans>Default</Trans>
                  </Badge>
                ) : null}
                <Button small aria-label={t`Edit ${mailbox.address}`} onClick={() => edit(mailbox)}>
                  <Trans>Edit</Trans>
                </Button>
              </>
            }
          />
        )}
      </Listing>
      <Dialog
        open={edited !== undefined}
        onClose={() => edit(undefined)}
        title={edited?.address ?? ''}
        closeLabel={t`Close`}
        wide
      >
        {edited === undefined ? null : <MailboxForm mailbox={edited} onSaved={() => edit(undefined)} />}
      </Dialog>
    </Page>
  );
}

function MailboxForm({ mailbox, onSaved }: { mailbox: Mailbox; onSaved: () => void }) {
  const { t } = useLingui();
  const { data: groups = [] } = useQuery(groupsQuery);
  const { id, version, isDefault } = mailbox;
  const orNull = (text: string) => (text.trim() === '' ? null : text);
  return (
    <Editor
      read={(form) => ({
        name: orNull(textOf(form, 'name').trim()),
        groupId: orNull(textOf(form, 'group')),
        signature: orNull(textOf(form, 'signature')),
        autoReply: textOf(form, 'autoReply') === 'on',
        ...(isDefault ? {} : { isDefault: textOf(form, 'isDefault') === 'on' }),
      })}
      save={(body) =>
        unwrap(
          api.PATCH('/api/v1/mailboxes/{id}', {
            params: { path: { id }, header: { 'If-Match': `"${version}"` } },
            body,
          }),
        )
      }
      onSaved={onSaved}
      keys={[['mailboxes']]}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            maxLength={200}
            defaultValue={mailbox.name ?? ''}
            hint={t`Stands before the address in mails. Without one: the helpdesk's name.`}
            error={failure?.of('name')}
          />
          {/* The groups come a moment later: the choice is made anew when they are there. */}
          <SelectField key={groups.length} label={t`Group`} name="group" defaultValue={mailbox.groupId ?? ''}>
            <option value="">{t`No group`}</option>
            {groups.map((group) => (
              <option key={group.id} value={group.id}>
                {group.name}
              </option>
            ))}
          </SelectField>
          <TextArea
            label={t`Signature`}
            name="signature"
            rows={4}
            maxLength={2000}
            defaultValue={mailbox.signature ?? ''}
            hint={t`Stands below each reply.`}
            error={failure?.of('signature')}
          />
          <CheckField
            label={t`Answer each mail that opens a ticket`}
            name="autoReply"
            defaultChecked={mailbox.autoReply}
          />
          {isDefault ? null : <CheckField label={t`For tickets that did not come by mail`} name="isDefault" />}
        </>
      )}
    </Editor>
  );
}
