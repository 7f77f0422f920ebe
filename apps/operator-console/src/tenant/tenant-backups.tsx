import { Button, EmptyState, pages, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { api, type Tenant, unwrap } from '../api/client.js';
import { BackupList, isMoving } from '../backups/backup-list.js';
import { useMay } from '../session/session.js';
import { BackupPolicy } from './backup-policy.js';

/** A tenant's archives: how often they are taken, one taken now, and what an operator does with each. */
export function TenantBackups({ tenant }: { tenant: Tenant }) {
  const { t } = useLingui();
  const { change } = useMay();
  const { slug } = tenant;
  const list = useInfiniteQuery({
    ...pages(['tenants', 'backups', slug], (cursor, signal) =>
      unwrap(
        api.GET('/api/v1/tenants/{id}/backups', {
          params: { path: { id: slug }, query: { limit: 10, cursor } },
          signal,
        }),
      ),
    ),
    refetchInterval: ({ state }) => (state.data?.pages.some(({ data }) => data.some(isMoving)) ? 1000 : false),
  });
  const take = useWrite(
    () => unwrap(api.POST('/api/v1/tenants/{id}/backups', { params: { path: { id: slug } }, body: {} })),
    { keys: [['tenants', 'backups', slug], ['backups']] },
  );
  return (
    <>
      <BackupPolicy tenant={tenant} />
      {change ? (
        <div>
          <Button disabled={take.isPending} onClick={() => take.mutate()}>
            <Trans>Take a backup now</Trans>
          </Button>
        </div>
      ) : null}
      <BackupList
        list={list}
        empty={
          <EmptyState icon={<Archive aria-hidden />} title={t`No backups`}>
            <Trans>None was taken yet, or all have expired.</Trans>
          </EmptyState>
        }
      />
    </>
  );
}
