import { Badge, EmptyState, type Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../api/client.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { ListFilter } from '../shared/list-filter.js';
import { runTenantsList } from './run-queries.js';

type RunTenant = Schemas['TenantMigrationDto'];
type State = Schemas['MigrationState'];

const labels: Readonly<Record<State, MessageDescriptor>> = {
  PENDING: msg`Waits`,
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
  DRIFTED: msg`Drifted`,
};
const tones: Readonly<Record<State, Tone>> = {
  PENDING: 'neutral',
  RUNNING: 'accent',
  DONE: 'good',
  FAILED: 'danger',
  DRIFTED: 'warn',
};
const states = Object.keys(labels) as State[];

/** The tenants of a run, in the order in which their turn comes. */
export function RunTenants({ id }: { id: string }) {
  const { t, i18n } = useLingui();
  const [state, choose] = useState<State | ''>('');
  const list = useInfiniteQuery(runTenantsList(id, state));
  const columns: readonly Column<RunTenant>[] = [
    {
      head: t`Tenant`,
      cell: ({ tenantSlug: slug }) => (
        <Link to="/tenants/$slug" params={{ slug }} className="text-accent-text underline">
          {slug}
        </Link>
      ),
    },
    { head: t`State`, cell: ({ state: now }) => <Badge tone={tones[now]}>{i18n._(labels[now])}</Badge> },
    { head: t`Stage`, isNumber: true, cell: ({ stage }) => stage },
    { head: t`From`, cell: ({ fromVersion }) => fromVersion ?? '–' },
    {
      head: t`Why`,
      cell: ({ cause }) =>
        cause === null ? null : (
          <span className="text-danger-text">{[cause.sqlState, cause.message].filter(Boolean).join(' · ')}</span>
        ),
    },
  ];
  return (
    <>
      <ListFilter label={t`State`} value={state} onChoose={choose}>
        <option value="">{t`Every state`}</option>
        {states.map((each) => (
          <option key={each} value={each}>
            {i18n._(labels[each])}
          </option>
        ))}
      </ListFilter>
      <DataTable
        caption={t`Tenants of this run`}
        list={list}
        columns={columns}
        keyOf={({ tenantId }) => tenantId}
        empty={<EmptyState title={t`No tenant in this state`} />}
      />
    </>
  );
}
