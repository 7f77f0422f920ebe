import { Badge, useWrite } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, type DatabaseServer, type Schemas, unwrap } from '../api/client.js';
import { TypedConfirm } from '../shared/typed-confirm.js';
import { evacuationLabels } from './move-labels.js';

const tones = { RUNNING: 'accent', DONE: 'good', FAILED: 'danger' } as const;

/** Moves all tenants away from a server, once its name was typed. */
export function EvacuateDialog({ server: { id, name }, onClose }: { server: DatabaseServer; onClose: () => void }) {
  const { t } = useLingui();
  const order = useWrite(
    () =>
      unwrap(
        api.POST('/api/v1/database-servers/{id}/evacuate', {
          params: { path: { id }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        }),
      ),
    { keys: [['servers'], ['moves'], ['fleet']], onDone: onClose },
  );
  return (
    <TypedConfirm
      title={t`Evacuate ${name}`}
      word={name}
      action={<Trans>Evacuate</Trans>}
      isBusy={order.isPending}
      onConfirm={() => order.mutate()}
      onClose={onClose}
    >
      <p>
        <Trans>
          It takes no new tenants. Those that are here move one after the other, each to the server with the most room,
          and work all along. Activating it again ends that.
        </Trans>
      </p>
    </TypedConfirm>
  );
}

/** How far the last evacuation of a server is; nothing if there was none. */
export function EvacuationProgress({ server: { id, name, state } }: { server: DatabaseServer }) {
  const { t, i18n } = useLingui();
  const { data } = useQuery({
    queryKey: ['servers', 'evacuation', id],
    queryFn: ({ signal }) => readEvacuation(id, signal),
    enabled: state !== 'ACTIVE',
    refetchInterval: ({ state: query }) => (query.data?.status === 'RUNNING' ? 1000 : 10_000),
  });
  if (state === 'ACTIVE' || data === undefined || data === null) return null;
  const { status, moved, rolledBack, cancelled, left, error } = data;
  return (
    <div role="status" aria-label={t`Evacuation of ${name}`} className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2 tabular-nums">
        <Trans>Evacuation</Trans>
        <Badge tone={tones[status]}>{i18n._(evacuationLabels[status])}</Badge>
        <Plural value={moved} one="# tenant moved" other="# tenants moved" />
        <Plural value={left} one="# left" other="# left" />
        {rolledBack === 0 ? null : <Plural value={rolledBack} one="# rolled back" other="# rolled back" />}
        {cancelled === 0 ? null : <Plural value={cancelled} one="# cancelled" other="# cancelled" />}
      </p>
      {error === null ? null : <p className="break-words text-danger-text">{error}</p>}
    </div>
  );
}

/** Null: there was none. */
async function readEvacuation(id: string, signal: AbortSignal): Promise<Schemas['EvacuationDto'] | null> {
  const answer = await api.GET('/api/v1/database-servers/{id}/evacuation', { params: { path: { id } }, signal });
  if (answer.response.status === 404) return null;
  return unwrap(Promise.resolve(answer));
}
