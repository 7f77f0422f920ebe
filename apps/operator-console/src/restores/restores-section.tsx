import { EmptyState, Listing, pages, Row, Time } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArchiveRestore } from 'lucide-react';
import { api, unwrap } from '../api/client.js';
import { RestoreOutcome } from './restore-outcome.js';

const restoresList = pages(['restores', 'list'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/restores', { params: { query: { limit: 25, cursor } }, signal })),
);

/** Archives that took the place of databases, and tickets that were brought back; those that run are followed. */
export function Restores() {
  const { t } = useLingui();
  const list = useInfiniteQuery({
    ...restoresList,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ status }) => status === 'RUNNING')) ? 1000 : 15_000,
  });
  return (
    <Listing
      list={list}
      empty={
        <EmptyState icon={<ArchiveRestore aria-hidden />} title={t`No restores`}>
          <Trans>Tenants that were made of archives are among the tenants.</Trans>
        </EmptyState>
      }
    >
      {(restore) => (
        <Row
          title={
            <Link to="/tenants/$slug" params={{ slug: restore.tenantId }} className="text-accent-text underline">
              {restore.tenantSlug}
            </Link>
          }
          details={<Time at={restore.startedAt} />}
          aside={<RestoreOutcome restore={restore} />}
        />
      )}
    </Listing>
  );
}
