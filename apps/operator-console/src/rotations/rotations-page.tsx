import { Button, Dialog, Editor, EmptyState, Field, Page, textOf, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { useCountColumns } from '../shared/count-columns.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { RotationBadge } from './rotation-badge.js';
import { rotationKeys, rotationsList } from './rotation-queries.js';

/** New database credentials for every tenant, newest first. */
export function RotationsPage() {
  const { t } = useLingui();
  useTitle(t`Credential rotations`);
  const { change } = useMay();
  const [orders, order] = useState(false);
  const list = useInfiniteQuery({
    ...rotationsList,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ status }) => status === 'RUNNING')) ? 2000 : 15_000,
  });
  const columns: readonly Column<Schemas['CredentialRotationDto']>[] = [
    {
      head: t`Begun`,
      cell: ({ id, createdAt }) => (
        <Link to="/credential-rotations/$id" params={{ id }} className="text-accent-text underline">
          <Time at={createdAt} />
        </Link>
      ),
    },
    { head: t`Status`, cell: ({ status }) => <RotationBadge status={status} /> },
    ...useCountColumns(),
  ];
  return (
    <Page
      wide
      title={t`Credential rotations`}
      about={<Trans>Every tenant’s database gets a new credential while it serves. No request fails.</Trans>}
      action={
        change ? (
          <Button look="primary" onClick={() => order(true)}>
            <Trans>New rotation</Trans>
          </Button>
        ) : null
      }
    >
      <DataTable
        caption={t`Credential rotations`}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={<RefreshCw aria-hidden />} title={t`No rotations yet`}>
            <Trans>Credentials of one tenant are rotated on its page.</Trans>
          </EmptyState>
        }
      />
      <Dialog open={orders} onClose={() => order(false)} title={t`New rotation`} closeLabel={t`Close`}>
        <NewRotation />
      </Dialog>
    </Page>
  );
}

function NewRotation() {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <Editor
      read={(form) => ({ concurrency: Number(textOf(form, 'concurrency')) })}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/credential-rotations', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={({ id }) => void navigate({ to: '/credential-rotations/$id', params: { id } })}
      keys={rotationKeys}
      action={<Trans>Begin the rotation</Trans>}
    >
      {(failure) => (
        <Field
          label={t`At the same time`}
          name="concurrency"
          type="number"
          min={1}
          max={50}
          required
          defaultValue={10}
          error={failure?.of('concurrency')}
        />
      )}
    </Editor>
  );
}
