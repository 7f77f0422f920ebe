import { sentenceOf } from '@helpdeskly/ui';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, unwrap } from '../api/client.js';
import { RestoreOutcome } from './restore-outcome.js';

/** What becomes of a restore that somebody has just ordered, read each second until it has ended. */
export function RestoreProgress({ id }: { id: string }) {
  const queries = useQueryClient();
  const restore = useQuery({
    queryKey: ['restores', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/restores/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.status === 'RUNNING' ? 1000 : false),
  });
  const hasEnded = restore.data !== undefined && restore.data.status !== 'RUNNING';
  useEffect(() => {
    if (hasEnded) for (const key of ['tenants', 'backups']) void queries.invalidateQueries({ queryKey: [key] });
  }, [hasEnded, queries]);
  return (
    <div role="status">
      {restore.error === null ? null : <p className="text-danger-text">{sentenceOf(restore.error)}</p>}
      {restore.data === undefined ? null : <RestoreOutcome restore={restore.data} />}
    </div>
  );
}
