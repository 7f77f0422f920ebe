import {
  Badge,
  Button,
  CheckField,
  Dialog,
  Editor,
  Failed,
  Page,
  Section,
  SelectField,
  textOf,
  Time,
  type Tone,
  useTitle,
  Waiting,
} from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { PlainTable } from '../shared/plain-table.js';

type Purpose = Schemas['SigningPurpose'];
type Named<Name extends string> = Readonly<Record<Name, readonly [Tone, MessageDescriptor]>>;

const queryKey = ['platform-keys'];

const purposes: Readonly<Record<Purpose, MessageDescriptor>> = {
  TENANT: msg`People of the helpdesks`,
  OPERATOR: msg`Operators`,
};

const encryptionStates: Named<Schemas['EncryptionKeyState']> = {
  SEALING: ['good', msg`Encrypts new secrets`],
  SUPERSEDED: ['accent', msg`Being replaced`],
  STANDBY: ['neutral', msg`In reserve`],
  RETIRED: ['neutral', msg`Retired`],
};

const signingStates: Named<Schemas['SigningKeyState']> = {
  ACTIVE: ['good', msg`Signs`],
  RETIRING: ['accent', msg`Its tokens run out`],
  RETIRED: ['neutral', msg`Retired`],
};

/** The keys that encrypt secrets and sign tokens; never the keys themselves. */
export function PlatformKeysPage() {
  const { t } = useLingui();
  useTitle(t`Platform keys`);
  const { own } = useMay();
  const [rotates, rotate] = useState(false);
  const keys = useQuery({
    queryKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/keys', { signal })),
    refetchInterval: 10_000,
  });
  return (
    <Page
      wide
      title={t`Platform keys`}
      about={
        <Trans>What encrypts the secrets in the databases, and what signs the tokens of people who signed in.</Trans>
      }
      action={
        own ? (
          <Button look="primary" onClick={() => rotate(true)}>
            <Trans>New signing keys…</Trans>
          </Button>
        ) : null
      }
    >
      {keys.isPending ? (
        <Waiting label={t`Loading…`} />
      ) : keys.data === undefined ? (
        <Failed error={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <Report keys={keys.data} />
      )}
      <Dialog open={rotates} onClose={() => rotate(false)} title={t`New signing keys`} closeLabel={t`Close`}>
        <RotationForm onDone={() => rotate(false)} />
      </Dialog>
    </Page>
  );
}

function Report({ keys: { encryption, signing } }: { keys: Schemas['KeysDto'] }) {
  const { t, i18n } = useLingui();
  const badge = ([tone, label]: readonly [Tone, MessageDescriptor]) => (
    <Badge key="state" tone={tone}>
      {i18n._(label)}
    </Badge>
  );
  const time = (at: string | null) => (at === null ? '–' : <Time key="at" at={at} />);
  return (
    <>
      <Section title={<Trans>Encryption</Trans>}>
        <PlainTable
          caption={t`Encryption keys`}
          heads={[t`Key`, t`State`, t`Secrets that it encrypts`, t`Since`, t`In this process`]}
          rows={encryption.map(({ id, state, secrets, loaded, sealingSince }) => [
            id,
            badge(encryptionStates[state]),
            secrets.toLocaleString(i18n.locale),
            time(sealingSince),
            loaded ? t`Yes` : t`No`,
          ])}
        />
        <p className="text-muted">
          <Trans>
            A new key is put first into ENCRYPTION_KEYS. A former one can be taken out once it encrypts nothing any
            more.
          </Trans>
        </p>
      </Section>
      <Section title={<Trans>Signing</Trans>}>
        <PlainTable
          caption={t`Signing keys`}
          heads={[t`Key`, t`Whose tokens`, t`State`, t`Created`, t`Tokens valid until`]}
          rows={signing.map(({ kid, purpose, state, createdAt, notAfter }) => [
            <code key="kid" className="font-normal whitespace-nowrap">
              {kid}
            </code>,
            i18n._(purposes[purpose]),
            badge(signingStates[state]),
            time(createdAt),
            notAfter === null ? '–' : new Date(notAfter).toLocaleString(i18n.locale),
          ])}
        />
      </Section>
    </>
  );
}

function RotationForm({ onDone }: { onDone: () => void }) {
  const { t, i18n } = useLingui();
  return (
    <Editor
      read={(form) => {
        const purpose = textOf(form, 'purpose');
        return {
          ...(purpose === '' ? {} : { purpose: purpose as Purpose }),
          revoke: new FormData(form).get('revoke') === 'on',
        };
      }}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/keys/signing/rotate', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={onDone}
      keys={[queryKey]}
      action={<Trans>Make new keys</Trans>}
    >
      {(failure) => (
        <>
          <SelectField label={t`Whose tokens`} name="purpose" defaultValue="" error={failure?.of('purpose')}>
            <option value="">{t`Both`}</option>
            {(Object.keys(purposes) as Purpose[]).map((purpose) => (
              <option key={purpose} value={purpose}>
                {i18n._(purposes[purpose])}
              </option>
            ))}
          </SelectField>
          <CheckField
            label={t`The former keys have leaked: end their tokens at once`}
            name="revoke"
            hint={t`Without it they stay valid until they run out, and nobody notices.`}
          />
        </>
      )}
    </Editor>
  );
}
