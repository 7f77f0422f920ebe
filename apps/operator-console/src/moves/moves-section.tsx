import { Badge, Button, EmptyState, Listing, pages, Row, Time, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Truck } from 'lucide-react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { TenantLink } from '../shared/tenant-link.js';
import { serversQuery } from '../tenants/tenant-queries.js';
import { isUnderWay, moveLabels, moveTones } from './move-labels.js';

const movesList = (tenantId: string | undefined) =>
  pages(['moves', 'list', tenantId ?? ''], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/moves', {
        params: { query: { limit: 10, cursor, ...(tenantId === undefined ? {} : { tenantId }) } },
        signal,
      }),
    ),
  );

/** Tenants that move or have moved, all of them or one; those that are under way are followed. */
export function Moves({ tenantId }: { tenantId?: string }) {
  const { t } = useLingui();
  const { change } = useMay();
  const servers = useQuery(serversQuery);
  const list = useInfiniteQuery({
    ...movesList(tenantId),
    refetchInterval: ({ state }) => (state.data?.pages.some(({ data }) => data.some(isUnderWay)) ? 1000 : 10_000),
  });
  const nameOf = (id: string) => servers.data?.find((server) => server.id === id)?.name ?? id;
  return (
    <Listing
      list={list}
      empty={
        <EmptyState icon={<Truck aria-hidden />} title={t`No moves`}>
          <Trans>A tenant moves to another server while it works.</Trans>
        </EmptyState>
      }
    >
      {(move) => (
        <Row
          title={<TenantLink slug={move.tenantSlug} />}
          details={
            <>
              {nameOf(move.fromServerId)} → {nameOf(move.toServerId)} · <Time at={move.startedAt} />
            </>
          }
          aside={
            <>
              <MoveProgress move={move} />
              {change && isUnderWay(move) && move.switchedAt === null ? <CancelMove move={move} /> : null}
            </>
          }
        />
      )}
    </Listing>
  );
}

/** The tenant stays where it is, which it can until the switch. */
function CancelMove({ move: { id, tenantSlug, cancelOrderedAt } }: { move: Schemas['MoveDto'] }) {
  const { t } = useLingui();
  const cancel = useWrite(() => unwrap(api.POST('/api/v1/moves/{id}/cancel', { params: { path: { id } } })), {
    keys: [['moves']],
  });
  if (cancelOrderedAt !== null) return <Trans>It is being cancelled.</Trans>;
  return (
    <Button
      aria-label={t`Cancel the move of ${tenantSlug}`}
      disabled={cancel.isPending}
      onClick={() => cancel.mutate(undefined)}
    >
      <Trans>Cancel the move</Trans>
    </Button>
  );
}

/** How far it is, how long requests had to wait, and whether every row was compared. */
function MoveProgress({ move }: { move: Schemas['MoveDto'] }) {
  const { i18n } = useLingui();
  const { status, lagBytes, rows, pauseMs, verified, error } = move;
  const number = (value: number) => value.toLocaleString(i18n.locale);
  return (
    <div className="flex min-w-0 flex-col gap-1" role="status">
      <p className="flex flex-wrap items-center gap-2 tabular-nums">
        <Badge tone={moveTones[status]}>{i18n._(moveLabels[status])}</Badge>
        {rows === null ? null : <Trans>{number(rows)} rows copied</Trans>}
        {isUnderWay(move) && lagBytes !== null ? <Trans>{number(lagBytes)} bytes behind</Trans> : null}
        {pauseMs === null ? null : <Trans>Requests waited for {number(pauseMs)} ms.</Trans>}
        {status === 'DONE' && verified ? <Trans>Every row was compared.</Trans> : null}
        {status === 'ROLLED_BACK' || status === 'CANCELLED' ? <Trans>Everything is as it was.</Trans> : null}
      </p>
      {error === null ? null : <p className="break-words text-danger-text">{error}</p>}
    </div>
  );
}
