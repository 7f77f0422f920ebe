import {
  Badge,
  Button,
  EmptyState,
  Listing,
  notify,
  Page,
  pages,
  Row,
  SelectField,
  Time,
  type Tone,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { MailCheck } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';

type InboundMail = Schemas['InboundMailDto'];
type Status = InboundMail['status'];

const statusLabels: Readonly<Record<Status, MessageDescriptor>> = {
  HELD: msg`Held`,
  FAILED: msg`Failed`,
  RECEIVED: msg`Received`,
  FILED: msg`Filed`,
};
const statusTones: Readonly<Record<Status, Tone>> = {
  HELD: 'warn',
  FAILED: 'danger',
  RECEIVED: 'neutral',
  FILED: 'good',
};
const statuses = Object.keys(statusLabels) as Status[];

const reasons: Readonly<Record<string, MessageDescriptor>> = {
  too_many: msg`Too many mails from this sender`,
  sender_disabled: msg`The sender's account is disabled`,
  sender_unknown: msg`The sender is unknown`,
  own_address: msg`It seems to come from the helpdesk itself`,
  infected: msg`It contains a virus`,
  internal_error: msg`It could not be filed`,
};

const mailsList = (status: Status) =>
  pages(['inbound-mails', status], (cursor, signal) =>
    unwrap(api.GET('/api/v1/inbound-mails', { params: { query: { status: [status], limit: 50, cursor } }, signal })),
  );

/** Mails that arrived; those that wait for a decision first. */
export function InboundMailsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Mails that arrived`);
  const [status, choose] = useState<Status>('HELD');
  const list = useInfiniteQuery(mailsList(status));
  const release = useWrite(
    ({ id }: InboundMail) => unwrap(api.POST('/api/v1/inbound-mails/{id}/release', { params: { path: { id } } })),
    { keys: [['inbound-mails']], onDone: () => notify({ text: t`Released: it is filed now` }) },
  );
  const refile = useWrite(
    ({ id }: InboundMail) => unwrap(api.POST('/api/v1/inbound-mails/{id}/refile', { params: { path: { id } } })),
    { keys: [['inbound-mails']], onDone: () => notify({ text: t`It is filed again` }) },
  );
  return (
    <Page title={t`Mails that arrived`} about={<Trans>Held mails wait until an admin releases them.</Trans>}>
      <div>
        <SelectField
          label={t`Status`}
          className="w-auto!"
          value={status}
          onChange={({ target }) => choose(target.value as Status)}
        >
          {statuses.map((each) => (
            <option key={each} value={each}>
              {i18n._(statusLabels[each])}
            </option>
          ))}
        </SelectField>
      </div>
      <Listing
        list={list}
        empty={
          <EmptyState icon={<MailCheck aria-hidden />} title={t`No mails here`}>
            <Trans>No mail has this status.</Trans>
          </EmptyState>
        }
      >
        {(mail) => {
          const why = mail.reason === null ? undefined : reasons[mail.reason];
          const subject = mail.subject ?? t`(no subject)`;
          return (
            <Row
              title={subject}
              details={
                <>
                  {mail.from ?? mail.envelopeFrom} · <Time at={mail.createdAt} />
                  {why === undefined ? null : ` · ${i18n._(why)}`}
                </>
              }
              aside={
                <>
                  <Badge tone={statusTones[mail.status]}>{i18n._(statusLabels[mail.status])}</Badge>
                  {mail.status === 'HELD' ? (
                    <Button
                      small
                      aria-label={t`Release ${subject}`}
                      disabled={release.isPending}
                      onClick={() => release.mutate(mail)}
                    >
                      <Trans>Release</Trans>
                    </Button>
                  ) : null}
                  {mail.status === 'FAILED' ? (
                    <Button
                      small
                      aria-label={t`File ${subject} again`}
                      disabled={refile.isPending}
                      onClick={() => refile.mutate(mail)}
                    >
                      <Trans>File again</Trans>
                    </Button>
                  ) : null}
                </>
              }
            />
          );
        }}
      </Listing>
    </Page>
  );
}
