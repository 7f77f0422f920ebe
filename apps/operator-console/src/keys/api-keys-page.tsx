import {
  Badge,
  Button,
  Confirm,
  Dialog,
  Editor,
  EmptyState,
  Field,
  Listing,
  OnceShown,
  Page,
  pages,
  Row,
  SelectField,
  textOf,
  Time,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { roleLabels, roles } from '../operators/role-labels.js';

type ApiKey = Schemas['ApiKeyDto'];

const keysList = pages(['api-keys'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/api-keys', { params: { query: { limit: 50, cursor } }, signal })),
);

/** What programs use instead of a password. */
export function ApiKeysPage() {
  const { t, i18n } = useLingui();
  useTitle(t`API keys`);
  const [adds, add] = useState(false);
  const [made, show] = useState<string>();
  const [doomed, doom] = useState<ApiKey>();
  const list = useInfiniteQuery(keysList);
  const revoke = useWrite(
    ({ id }: ApiKey) => unwrap(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })),
    { keys: [['api-keys']], onDone: () => doom(undefined) },
  );
  const close = () => {
    add(false);
    show(undefined);
  };
  return (
    <Page
      title={t`API keys`}
      about={<Trans>For programs that work with the control API.</Trans>}
      action={
        <Button look="primary" onClick={() => add(true)}>
          <Trans>New key</Trans>
        </Button>
      }
    >
      <Listing list={list} empty={<EmptyState icon={<KeyRound aria-hidden />} title={t`No keys yet`} />}>
        {(key) => (
          <Row
            title={key.name}
            details={
              <>
                {key.hint}… · {i18n._(roleLabels[key.role])} ·{' '}
                {key.lastUsedAt === null ? (
                  <Trans>never used</Trans>
                ) : (
                  <Trans>
                    last used <Time at={key.lastUsedAt} />
                  </Trans>
                )}
              </>
            }
            aside={
              key.revokedAt !== null ? (
                <Badge>
                  <Trans>Revoked</Trans>
                </Badge>
              ) : (
                <>
                  {isOver(key.expiresAt) ? (
                    <Badge tone="warn">
                      <Trans>Expired</Trans>
                    </Badge>
                  ) : null}
                  <Button small aria-label={t`Revoke ${key.name}`} onClick={() => doom(key)}>
                    <Trans>Revoke</Trans>
                  </Button>
                </>
              )
            }
          />
        )}
      </Listing>
      <Dialog open={adds} onClose={close} title={t`New key`} closeLabel={t`Close`}>
        {made === undefined ? (
          <KeyForm onMade={({ key }) => show(key)} />
        ) : (
          <OnceShown label={t`The key`} value={made} onClose={close} />
        )}
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Revoke the key`}
        action={<Trans>Revoke</Trans>}
        disabled={revoke.isPending}
        onConfirm={() => doomed !== undefined && revoke.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p>
          <Trans>Programs that use {doomed?.name} are refused from now on. It cannot be undone.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

const isOver = (expiresAt: string | null): boolean => expiresAt !== null && Date.parse(expiresAt) < Date.now();

function KeyForm({ onMade }: { onMade: (key: Schemas['CreatedApiKeyDto']) => void }) {
  const { t, i18n } = useLingui();
  return (
    <Editor
      read={(form) => {
        const expires = textOf(form, 'expires');
        return {
          name: textOf(form, 'name').trim(),
          role: textOf(form, 'role') as ApiKey['role'],
          ...(expires === '' ? {} : { expiresAt: new Date(`${expires}T23:59:59`).toISOString() }),
        };
      }}
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
          <Field
            label={t`Good until`}
            name="expires"
            type="date"
            hint={t`Without a date it never expires.`}
            error={failure?.of('expiresAt')}
          />
        </>
      )}
    </Editor>
  );
}
