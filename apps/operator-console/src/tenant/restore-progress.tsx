import { Badge, sentenceOf, type Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';

type Restore = Schemas['RestoreDto'];

const steps: Readonly<Record<Restore['progress'], MessageDescriptor>> = {
  WRITING: msg`Runs`, // Of tickets alone, which nobody begins here.
  FILLING: msg`A database is filled beside the present one.`,
  SWITCHING: msg`The filled database takes its place.`,
  ARCHIVING: msg`It serves. The former database is archived.`,
};
const labels: Readonly<Record<Restore['status'], MessageDescriptor>> = {
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
};
const tones: Readonly<Record<Restore['status'], Tone>> = { RUNNING: 'accent', DONE: 'good', FAILED: 'danger' };

/** What becomes of an archive that takes the place of a tenant's database, read each second until it has ended. */
export function RestoreProgress({ id }: { id: string }) {
  const { i18n } = useLingui();
  const queries = useQueryClient();
  const restore = useQuery({
    queryKey: ['restores', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/restores/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.status === 'RUNNING' ? 1000 : false),
  });
  const { status, progress, error, result } = restore.data ?? {};
  const hasEnded = status === 'DONE' || status === 'FAILED';
  useEffect(() => {
    if (hasEnded) void queries.invalidateQueries({ queryKey: ['tenants'] });
  }, [hasEnded, queries]);
  return (
    <div role="status" className="flex flex-col gap-1">
      {restore.error === null ? null : <p className="text-danger-text">{sentenceOf(restore.error)}</p>}
      {status === undefined || progress === undefined ? null : (
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={tones[status]}>{i18n._(labels[status])}</Badge>
          {status === 'RUNNING' ? i18n._(steps[progress]) : null}
          {status === 'DONE' ? <Trans>The backup serves in its place.</Trans> : null}
          {status === 'FAILED' ? <Trans>Everything is as it was.</Trans> : null}
          {typeof result?.pauseMs === 'number' ? (
            <Trans>Requests waited for {result.pauseMs.toLocaleString(i18n.locale)} ms.</Trans>
          ) : null}
        </p>
      )}
      {typeof error === 'string' ? <p className="break-words text-danger-text">{error}</p> : null}
    </div>
  );
}
