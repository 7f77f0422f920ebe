import {
  Badge,
  Button,
  CheckField,
  Confirm,
  Dialog,
  Editor,
  EmptyState,
  Field,
  Listing,
  notify,
  Page,
  pages,
  Row,
  SelectField,
  TextArea,
  textOf,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { MailDns } from './mail-dns.js';
import { NewMailbox, VerifyMailbox } from './new-mailbox.js';
import { groupsQuery } from '../tickets/view-queries.js';

type Mailbox = Schemas['MailboxDto'];

const mailboxesList = pages(['mailboxes'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/mailboxes', { params: { query: { limit: 50, cursor } }, signal })),
);

/** The addresses at which the helpdesk hears, and how its mails look. */
export function MailboxesPage() {
  const { t } = useLingui();
  useTitle(t`Mailboxes`);
  const [shown, show] = useState<Shown>();
  const [doomed, doom] = useState<Mailbox>();
  const list = useInfiniteQuery(mailboxesList);
  const close = () => show(undefined);
  const test = useWrite(
    ({ id }: Mailbox) => unwrap(api.POST('/api/v1/mailboxes/{id}/test', { params: { path: { id } } })),
    {
      keys: [],
      onDone: ({ to }) => notify({ text: t`A test mail to ${to} is on its way` }),
    },
  );
  const remove = useWrite(
    ({ id, version }: Mailbox) =>
      unwrap(
        api.DELETE('/api/v1/mailboxes/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } } }),
      ),
    { keys: [['mailboxes'], ['mail-dns']], onDone: () => doom(undefined) },
  );
  const titles = { new: t`New mailbox`, dns: t`DNS records` };
  const titleOf = (what: Shown | undefined) =>
    what === undefined ? '' : 'mailbox' in what ? what.mailbox.address : titles[what.what];
  return (
    <Page
      title={t`Mailboxes`}
      about={<Trans>Mail to these addresses becomes tickets; replies leave from them.</Trans>}
      action={
        <>
          <Button onClick={() => show({ what: 'dns' })}>
            <Trans>DNS records</Trans>
          </Button>
          <Button look="primary" onClick={() => show({ what: 'new' })}>
            <Trans>New mailbox</Trans>
          </Button>
        </>
      }
    >
      <Listing list={list} empty={<EmptyState icon={<Mail aria-hidden />} title={t`No mailboxes`} />}>
        {(mailbox) => (
          <Row
            title={mailbox.address}
            details={mailbox.name}
            aside={
              <>
                <State mailbox={mailbox} />
                {mailbox.verified ? (
                  <Button
                    small
                    aria-label={t`Send a test mail from ${mailbox.address}`}
                    disabled={test.isPending}
                    onClick={() => test.mutate(mailbox)}
                  >
                    <Trans>Test</Trans>
                  </Button>
                ) : (
                  <Button
                    small
                    aria-label={t`Verify ${mailbox.address}`}
                    onClick={() => show({ what: 'verify', mailbox })}
                  >
                    <Trans>Verify</Trans>
                  </Button>
                )}
                <Button small aria-label={t`Edit ${mailbox.address}`} onClick={() => show({ what: 'edit', mailbox })}>
                  <Trans>Edit</Trans>
                </Button>
                {mailbox.own ? (
                  <Button small aria-label={t`Delete ${mailbox.address}`} onClick={() => doom(mailbox)}>
                    <Trans>Delete</Trans>
                  </Button>
                ) : null}
              </>
            }
          />
        )}
      </Listing>
      <Dialog open={shown !== undefined} onClose={close} title={titleOf(shown)} closeLabel={t`Close`} wide>
        {shown?.what === 'new' ? <NewMailbox onMade={(mailbox) => show({ what: 'verify', mailbox })} /> : null}
        {shown?.what === 'verify' ? <VerifyMailbox mailbox={shown.mailbox} onVerified={close} /> : null}
        {shown?.what === 'edit' ? <MailboxForm mailbox={shown.mailbox} onSaved={close} /> : null}
        {shown?.what === 'dns' ? <MailDns /> : null}
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Delete the mailbox`}
        action={<Trans>Delete</Trans>}
        disabled={remove.isPending}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p className="break-words">
          <Trans>Mail to {doomed?.address} is no longer taken, and replies leave from the default mailbox.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

type Shown = { readonly what: 'new' | 'dns' } | { readonly what: 'verify' | 'edit'; readonly mailbox: Mailbox };

function State({ mailbox: { isDefault, verified, address, from } }: { mailbox: Mailbox }) {
  return (
    <>
      {isDefault ? (
        <Badge tone="accent">
          <Trans>Default</Trans>
        </Badge>
      ) : null}
      {!verified ? (
        <Badge tone="danger">
          <Trans>Not verified</Trans>
        </Badge>
      ) : from === address ? null : (
        <Badge tone="neutral">
          <Trans>Sends from {from}</Trans>
        </Badge>
      )}
    </>
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
