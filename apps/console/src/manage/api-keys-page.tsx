import { ApiKeys, Editor, expiryOf, ExpiryField, Field, pages, SelectField, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { api, type Schemas, unwrap } from '../api/client.js';
import { roleLabels } from './role-labels.js';

type ApiKey = Schemas['ApiKeyDto'];

/** The compiler misses none: each stands for an entry. */
const scopeNames: Readonly<Record<Schemas['ApiKeyScope'], true>> = {
  'tickets:read': true,
  'tickets:write': true,
  'users:read': true,
  'users:write': true,
  'mail:inbound': true,
  'webhooks:write': true,
};
const scopes = Object.keys(scopeNames) as Schemas['ApiKeyScope'][];

const keysList = pages(['api-keys'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/api-keys', { params: { query: { limit: 50, cursor } }, signal })),
);

export function ApiKeysPage() {
  const { i18n } = useLingui();
  return (
    <ApiKeys
      list={keysList}
      revoke={(id) => unwrap(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } }))}
      about={<Trans>For programs that work with the helpdesk.</Trans>}
      whatFor={<Trans>A key lets a program do what its scopes say.</Trans>}
      mayOf={({ role, scopes: may }) => `${i18n._(roleLabels[role])} · ${may.join(', ')}`}
      form={(onMade) => <KeyForm onMade={onMade} />}
    />
  );
}

function KeyForm({ onMade }: { onMade: (key: Schemas['CreatedApiKeyDto']) => void }) {
  const { t, i18n } = useLingui();
  return (
    <Editor
      read={(form) => ({
        name: textOf(form, 'name').trim(),
        role: textOf(form, 'role') as ApiKey['role'],
        scopes: scopes.filter((scope) => textOf(form, scope) === 'on'),
        ...expiryOf(form),
      })}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/api-keys', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={onMade}
      keys={[['api-keys']]}
      action={<Trans>Create the key</Trans>}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            required
            maxLength={100}
            hint={t`Shown as the author of what the program writes.`}
            error={failure?.of('name')}
          />
          <SelectField label={t`Role`} name="role" defaultValue="AGENT">
            <option value="AGENT">{i18n._(roleLabels.AGENT)}</option>
            <option value="ADMIN">{i18n._(roleLabels.ADMIN)}</option>
          </SelectField>
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1 text-xs font-medium text-muted">
              <Trans>Scopes</Trans>
            </legend>
            {scopes.map((scope) => (
              <label key={scope} className="flex items-center gap-2">
                <input type="checkbox" name={scope} defaultChecked={scope === 'tickets:read'} />
                <code>{scope}</code>
              </label>
            ))}
          </fieldset>
          <ExpiryField failure={failure} />
        </>
      )}
    </Editor>
  );
}
