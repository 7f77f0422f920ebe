import { Badge, EmptyState, Page, pages, Section, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { Restores } from '../restores/restores-section.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { durationOf } from '../shared/duration.js';
import { ListFilter } from '../shared/list-filter.js';
import { TenantLink } from '../shared/tenant-link.js';
import { backupLabels } from './backup-labels.js';
import { BackupList, isMoving } from './backup-list.js';

type Status = Schemas['BackupStatus'];

const summariesList = pages(['backups', 'summary'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/backups/summary', { params: { query: { limit: 25, cursor } }, signal })),
);

const archivesList = (status: Status | '') =>
  pages(['backups', 'list', status], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/backups', {
        params: { query: { ...(status === '' ? {} : { status: [status] }), limit: 25, cursor } },
        signal,
      }),
    ),
  );

/** How safe the tenants are, and every archive, those of purged tenants included. */
export function BackupsPage() {
  const { t } = useLingui();
  useTitle(t`Backups`);
  return (
    <Page wide title={t`Backups`} about={<Trans>Archives of single tenants, encrypted, each with its own key.</Trans>}>
      <Section title={<Trans>How safe the tenants are</Trans>}>
        <Summaries />
      </Section>
      <Section title={<Trans>Archives</Trans>}>
        <Archives />
      </Section>
      <Section title={<Trans>Restores</Trans>}>
        <Restores />
      </Section>
    </Page>
  );
}

function Summaries() {
  const { t, i18n } = useLingui();
  const list = useInfiniteQuery({ ...summariesList, refetchInterval: 30_000 });
  const columns: readonly Column<Schemas['BackupSummaryDto']>[] = [
    { head: t`Tenant`, cell: ({ tenantSlug }) => <TenantLink slug={tenantSlug} /> },
    { head: t`Every`, cell: ({ every }) => every ?? '–' },
    {
      head: t`Last backup`,
      cell: ({ lastBackupAt }) => (lastBackupAt === null ? t`None` : <Time at={lastBackupAt} />),
    },
    {
      head: t`Work that would be lost`,
      cell: ({ rpoSeconds, overdue }) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          {durationOf(rpoSeconds * 1000, i18n.locale)}
          {overdue ? (
            <Badge tone="danger">
              <Trans>Overdue</Trans>
            </Badge>
          ) : null}
        </span>
      ),
    },
    {
      head: t`Last proved good`,
      cell: ({ lastProofAt }) => (lastProofAt === null ? t`Never` : <Time at={lastProofAt} />),
    },
  ];
  return (
    <DataTable
      caption={t`How safe the tenants are`}
      list={list}
      columns={columns}
      keyOf={({ tenantId }) => tenantId}
      empty={<EmptyState title={t`No tenants yet`} />}
    />
  );
}

function Archives() {
  const { t, i18n } = useLingui();
  const [status, choose] = useState<Status | ''>('');
  const list = useInfiniteQuery({
    ...archivesList(status),
    refetchInterval: ({ state }) => (state.data?.pages.some(({ data }) => data.some(isMoving)) ? 1000 : 15_000),
  });
  return (
    <>
      <ListFilter label={t`Status`} value={status} onChoose={choose}>
        <option value="">{t`Every status`}</option>
        {(Object.keys(backupLabels) as Status[]).map((each) => (
          <option key={each} value={each}>
            {i18n._(backupLabels[each])}
          </option>
        ))}
      </ListFilter>
      <BackupList
        list={list}
        ofMany
        empty={
          <EmptyState icon={<Archive aria-hidden />} title={t`No backups`}>
            <Trans>None was taken yet, or all have expired.</Trans>
          </EmptyState>
        }
      />
    </>
  );
}
