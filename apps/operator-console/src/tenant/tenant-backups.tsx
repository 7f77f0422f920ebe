import { Badge, Button, EmptyState, Listing, pages, Row, Time, type Tone, useWrite } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { sizeOf } from '../shared/size.js';
import { RestoreAsNew, RestoreInPlace } from './restore-dialogs.js';
import { RestoreProgress } from './restore-progress.js';

type Backup = Schemas['BackupDto'];

const labels: Readonly<Record<Backup['status'], MessageDescriptor>> = {
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
};
const tones: Readonly<Record<Backup['status'], Tone>> = { RUNNING: 'accent', DONE: 'good', FAILED: 'danger' };

/** A tenant's archives: taken now, verified, restored, and what became of them. */
export function TenantBackups({ slug }: { slug: string }) {
  const { t, i18n } = useLingui();
  const { change, own } = useMay();
  const [asked, ask] = useState<{ readonly as: 'NEW' | 'REPLACE'; readonly backupId: string }>();
  const [restoring, begun] = useState<string>();
  const close = () => ask(undefined);
  const keys = [['tenants', 'backups', slug]];
  const list = useInfiniteQuery({
    ...pages(['tenants', 'backups', slug], (cursor, signal) =>
      unwrap(
        api.GET('/api/v1/tenants/{id}/backups', {
          params: { path: { id: slug }, query: { limit: 10, cursor } },
          signal,
        }),
      ),
    ),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ status, verifying }) => status === 'RUNNING' || verifying))
        ? 1000
        : false,
  });
  const take = useWrite(
    () => unwrap(api.POST('/api/v1/tenants/{id}/backups', { params: { path: { id: slug } }, body: {} })),
    { keys },
  );
  const verify = useWrite(
    (id: string) => unwrap(api.POST('/api/v1/backups/{id}/verify', { params: { path: { id } } })),
    { keys },
  );
  return (
    <>
      {change ? (
        <div>
          <Button disabled={take.isPending} onClick={() => take.mutate()}>
            <Trans>Take a backup now</Trans>
          </Button>
        </div>
      ) : null}
      {restoring === undefined ? null : <RestoreProgress id={restoring} />}
      <Listing
        list={list}
        empty={
          <EmptyState icon={<Archive aria-hidden />} title={t`No backups`}>
            <Trans>None was taken yet, or all have expired.</Trans>
          </EmptyState>
        }
      >
        {({ id, status, startedAt, bytes, rows, verifiedAt, verifying, error }) => (
          <Row
            title={<Time at={startedAt} />}
            details={
              <>
                {bytes === null ? null : sizeOf(bytes, i18n.locale)}
                {rows === null ? null : <Trans> · {rows.toLocaleString(i18n.locale)} rows</Trans>}
                {verifiedAt === null ? null : (
                  <Trans>
                    {' '}
                    · verified <Time at={verifiedAt} />
                  </Trans>
                )}
                {error === null ? null : ` ${error}`}
              </>
            }
            aside={
              <>
                <Badge tone={tones[status]}>{i18n._(labels[status])}</Badge>
                {change && status === 'DONE' ? (
                  <>
                    <Button small disabled={verifying || verify.isPending} onClick={() => verify.mutate(id)}>
                      {verifying ? <Trans>Being verified</Trans> : <Trans>Verify</Trans>}
                    </Button>
                    <Button small onClick={() => ask({ as: 'NEW', backupId: id })}>
                      <Trans>As a new tenant…</Trans>
                    </Button>
                    {own ? (
                      <Button small onClick={() => ask({ as: 'REPLACE', backupId: id })}>
                        <Trans>Replace…</Trans>
                      </Button>
                    ) : null}
                  </>
                ) : null}
              </>
            }
          />
        )}
      </Listing>
      {asked?.as === 'NEW' ? <RestoreAsNew slug={slug} backupId={asked.backupId} onClose={close} /> : null}
      {asked?.as === 'REPLACE' ? (
        <RestoreInPlace slug={slug} backupId={asked.backupId} onClose={close} onBegun={begun} />
      ) : null}
    </>
  );
}
