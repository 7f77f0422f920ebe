import { ApiKeys, Editor, expiryOf, ExpiryField, Field, pages, SelectField, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { api, type Schemas, unwrap } from '../api/client.js';
import { roleLabels, roles } from '../operators/role-labels.js';

type ApiKey = Schemas['ApiKeyDto'];

const keysList = pages(['api-keys'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/api-keys', { params: { query: { limit: 50, cursor } }, signal })),
);

export function ApiKeysPage() {
  const { i18n } = useLingui();
  return (
    <ApiKeys
      list={keysList}
      revoke={(id) => unwrap(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } }))}
      about={<Trans>For programs that work with the control API.</Trans>}
      mayOf={({ role }) => i18n._(roleLabels[role])}
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
          <Field label={t`Name`} name="name" required maxLength={100} error={failure?.of('name')} />
          <SelectField label={t`Role`} name="role" defaultValue="VIEWER">
            {roles.map((role) => (
              <option key={role} value={role}>
                {i18n._(roleLabels[role])}
              </option>
            ))}
          </SelectField>
          <ExpiryField failure={failure} />
        </>
      )}
    </Editor>
  );
}
