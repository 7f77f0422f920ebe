import { Button, Confirm, Dialog, Failed, Page, Section, useTitle, useWrite, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type DatabaseServer, ifMatch, unwrap } from '../api/client.js';
import { EvacuateDialog, EvacuationProgress } from '../moves/evacuation.js';
import { Moves } from '../moves/moves-section.js';
import { useMay } from '../session/session.js';
import { download } from '../shared/download.js';
import { serversQuery } from '../tenants/tenant-queries.js';
import { NewServerForm, ServerForm } from './server-forms.js';
import { ServerRoom } from './server-room.js';
import { ServerSessions } from './server-sessions.js';

/** Where the tenants' databases are, and how much room is left. */
export function ServersPage() {
  const { t } = useLingui();
  useTitle(t`Database servers`);
  const { change, own } = useMay();
  const [adds, add] = useState(false);
  const pgAdmin = useWrite(
    () => download(api.GET('/api/v1/pgadmin/servers.json', { parseAs: 'blob' }), 'servers.json'),
    { keys: [] },
  );
  const servers = useQuery({ ...serversQuery, refetchInterval: 15_000 });
  return (
    <Page
      title={t`Database servers`}
      about={<Trans>Each holds the databases of many tenants.</Trans>}
      action={
        <div className="flex flex-wrap gap-2">
          {change ? (
            <Button disabled={pgAdmin.isPending} onClick={() => pgAdmin.mutate(undefined)}>
              <Trans>Save for pgAdmin</Trans>
            </Button>
          ) : null}
          {own ? (
            <Button look="primary" onClick={() => add(true)}>
              <Trans>New server</Trans>
            </Button>
          ) : null}
        </div>
      }
    >
      {servers.isPending ? (
        <Waiting label={t`Loading…`} />
      ) : servers.data === undefined ? (
        <Failed error={servers.error} onRetry={() => void servers.refetch()} />
      ) : (
        <>
          {servers.data.map((server) => (
            <Server key={server.id} server={server} />
          ))}
          <Section title={<Trans>Moves</Trans>}>
            <Moves />
          </Section>
        </>
      )}
      <Dialog open={adds} onClose={() => add(false)} title={t`New server`} closeLabel={t`Close`}>
        <NewServerForm onSaved={() => add(false)} />
      </Dialog>
    </Page>
  );
}

function Server({ server }: { server: DatabaseServer }) {
  const { t } = useLingui();
  const { change } = useMay();
  const [asked, ask] = useState<'change' | 'drain' | 'evacuate'>();
  const close = () => ask(undefined);
  const { id, name, host, port, poolerAddress, state, tenants, version } = server;
  const move = useWrite(
    (next: DatabaseServer['state']) =>
      unwrap(
        api.PATCH('/api/v1/database-servers/{id}', {
          params: { path: { id }, header: ifMatch(version) },
          body: { state: next },
        }),
      ),
    { keys: [['servers'], ['fleet']], onDone: close },
  );
  return (
    <Section title={name}>
      <div>
        <ServerRoom server={server} />
        <p className="mt-2 text-muted">
          {host}:{port}
          {poolerAddress === null ? null : <Trans> · behind the pooler at {poolerAddress}</Trans>}
        </p>
      </div>
      <ServerSessions server={server} />
      <EvacuationProgress server={server} />
      {change ? (
        <div className="flex flex-wrap gap-2">
          <Button small aria-label={t`Change ${name}`} onClick={() => ask('change')}>
            <Trans>Change…</Trans>
          </Button>
          {state === 'ACTIVE' ? (
            <Button small aria-label={t`Drain ${name}`} onClick={() => ask('drain')}>
              <Trans>Drain…</Trans>
            </Button>
          ) : (
            <Button
              small
              aria-label={t`Activate ${name}`}
              disabled={move.isPending}
              onClick={() => move.mutate('ACTIVE')}
            >
              <Trans>Activate</Trans>
            </Button>
          )}
          {tenants === 0 ? null : (
            <Button small aria-label={t`Evacuate ${name}`} onClick={() => ask('evacuate')}>
              <Trans>Evacuate…</Trans>
            </Button>
          )}
        </div>
      ) : null}
      <Dialog open={asked === 'change'} onClose={close} title={t`Change ${name}`} closeLabel={t`Close`}>
        <ServerForm server={server} onSaved={close} />
      </Dialog>
      {asked === 'evacuate' ? <EvacuateDialog server={server} onClose={close} /> : null}
      <Confirm
        open={asked === 'drain'}
        title={t`Drain ${name}`}
        action={<Trans>Drain</Trans>}
        disabled={move.isPending}
        onConfirm={() => move.mutate('DRAINING')}
        onClose={close}
      >
        <p>
          <Trans>New tenants go to other servers. Those that are here stay and are served.</Trans>
        </p>
      </Confirm>
    </Section>
  );
}
