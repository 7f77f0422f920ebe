import { SelectField, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Tenant, unwrap } from '../api/client.js';
import { TypedConfirm } from '../shared/typed-confirm.js';
import { serversQuery } from '../tenants/tenant-queries.js';

/** Carries a tenant to another server, once its slug was typed. */
export function MoveDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { t } = useLingui();
  const { slug, serverId } = tenant;
  const servers = useQuery(serversQuery);
  const others = (servers.data ?? []).filter(({ id, state }) => id !== serverId && state === 'ACTIVE');
  const [chosen, choose] = useState<string>();
  const target = chosen ?? others[0]?.id;
  const order = useWrite(
    (to: string) =>
      unwrap(
        api.POST('/api/v1/tenants/{id}/moves', {
          params: { path: { id: slug }, header: { 'Idempotency-Key': crypto.randomUUID() } },
          body: { serverId: to },
        }),
      ),
    { keys: [['moves'], ['tenants']], onDone: onClose },
  );
  return (
    <TypedConfirm
      title={t`Move ${slug}`}
      word={slug}
      action={<Trans>Move</Trans>}
      isBusy={order.isPending || target === undefined}
      onConfirm={() => target !== undefined && order.mutate(target)}
      onClose={onClose}
    >
      <p>
        <Trans>
          It works all along. Requests wait for a moment when it changes its server, two seconds at most; otherwise it
          stays where it is.
        </Trans>
      </p>
      {servers.data !== undefined && others.length === 0 ? (
        <p className="text-danger-text">
          <Trans>No other server takes tenants.</Trans>
        </p>
      ) : (
        <SelectField label={t`To the server`} value={target ?? ''} onChange={(event) => choose(event.target.value)}>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </TypedConfirm>
  );
}
