import { type ApiFailure, Editor, Field, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { api, type DatabaseServer, ifMatch, unwrap } from '../api/client.js';

const keys = [['servers'], ['fleet']];

/** A PostgreSQL server that shall take tenants; it is prepared before it is registered. */
export function NewServerForm({ onSaved }: { onSaved: () => void }) {
  const { t } = useLingui();
  return (
    <Editor
      read={(form) => ({
        ...readPlace(form),
        name: textOf(form, 'name').trim(),
        host: textOf(form, 'host').trim(),
        port: Number(textOf(form, 'port')),
        adminUrl: textOf(form, 'adminUrl').trim(),
      })}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/database-servers', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={onSaved}
      keys={keys}
      action={<Trans>Register the server</Trans>}
    >
      {(failure) => (
        <>
          <Field label={t`Name`} name="name" required maxLength={100} error={failure?.of('name')} />
          <Field label={t`Host`} name="host" required hint={t`As the apps reach it.`} error={failure?.of('host')} />
          <Field
            label={t`Port`}
            name="port"
            type="number"
            min={1}
            max={65535}
            defaultValue="5432"
            required
            error={failure?.of('port')}
          />
          <Field
            label={t`Admin URL`}
            name="adminUrl"
            type="password"
            autoComplete="off"
            required
            hint={t`postgres://user:password@host:port/postgres; it is stored encrypted and never shown.`}
            error={failure?.of('adminUrl')}
          />
          <Place failure={failure} />
        </>
      )}
    </Editor>
  );
}

/** What changes of a server while it serves. */
export function ServerForm({ server, onSaved }: { server: DatabaseServer; onSaved: () => void }) {
  const { t } = useLingui();
  return (
    <Editor
      read={(form) => ({ ...readPlace(form), name: textOf(form, 'name').trim() })}
      save={(body) =>
        unwrap(
          api.PATCH('/api/v1/database-servers/{id}', {
            params: { path: { id: server.id }, header: ifMatch(server.version) },
            body,
          }),
        )
      }
      onSaved={onSaved}
      keys={keys}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            required
            maxLength={100}
            defaultValue={server.name}
            error={failure?.of('name')}
          />
          <Place failure={failure} server={server} />
        </>
      )}
    </Editor>
  );
}

function Place({ failure, server }: { failure: ApiFailure | undefined; server?: DatabaseServer }) {
  const { t } = useLingui();
  return (
    <>
      <Field
        label={t`Pooler`}
        name="pooler"
        defaultValue={server?.poolerAddress ?? ''}
        hint={t`host:port of its PgBouncer. Leave it empty without one.`}
        error={failure?.of('poolerAddress')}
      />
      <Field
        label={t`Most tenants`}
        name="maxTenants"
        type="number"
        min={1}
        required
        defaultValue={String(server?.maxTenants ?? 1500)}
        error={failure?.of('maxTenants')}
      />
    </>
  );
}

function readPlace(form: HTMLFormElement): { poolerAddress: string | null; maxTenants: number } {
  const pooler = textOf(form, 'pooler').trim();
  return { poolerAddress: pooler === '' ? null : pooler, maxTenants: Number(textOf(form, 'maxTenants')) };
}
