import { type ApiFailure, Button, CheckField, Dialog, Editor, Field, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, ifMatch, type Schemas, type Tenant, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';

/** How often a tenant is backed up and for how long its archives are kept, and where one changes that. */
export function BackupPolicy({ tenant }: { tenant: Tenant }) {
  const { t } = useLingui();
  const { change } = useMay();
  const [changes, begin] = useState(false);
  const { every, keep } = tenant.backupPolicy;
  const { daily, weekly, monthly } = keep;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <p>
        {every === null ? <Trans>None is taken by itself.</Trans> : <Trans>One is taken every {every}.</Trans>}{' '}
        <Trans>
          Kept: {daily} days, {weekly} weeks, {monthly} months.
        </Trans>
      </p>
      {change ? (
        <Button small onClick={() => begin(true)}>
          <Trans>Change the policy…</Trans>
        </Button>
      ) : null}
      <Dialog
        open={changes}
        onClose={() => begin(false)}
        title={t`Backup policy of ${tenant.slug}`}
        closeLabel={t`Close`}
      >
        <PolicyForm tenant={tenant} onSaved={() => begin(false)} />
      </Dialog>
    </div>
  );
}

function PolicyForm({ tenant, onSaved }: { tenant: Tenant; onSaved: () => void }) {
  const { t } = useLingui();
  const [isDefault, follow] = useState(false);
  const { every, keep } = tenant.backupPolicy;
  return (
    <Editor
      read={read}
      save={(backupPolicy) =>
        unwrap(
          api.PATCH('/api/v1/tenants/{id}', {
            params: { path: { id: tenant.slug }, header: ifMatch(tenant.version) },
            body: { backupPolicy },
          }),
        )
      }
      onSaved={onSaved}
      keys={[['tenants'], ['backups']]}
    >
      {(failure) => (
        <>
          <CheckField
            label={t`As the installation says`}
            name="default"
            checked={isDefault}
            onChange={({ target }) => follow(target.checked)}
          />
          <fieldset disabled={isDefault} className="flex flex-col gap-4">
            <Field
              label={t`One every`}
              name="every"
              maxLength={12}
              defaultValue={every ?? ''}
              hint={t`Such as 24h or 15m. Leave it empty for none by itself.`}
              error={errorOf(failure, 'every')}
            />
            <Keep label={t`Days`} name="daily" min={1} value={keep.daily} failure={failure} />
            <Keep label={t`Weeks`} name="weekly" min={0} value={keep.weekly} failure={failure} />
            <Keep label={t`Months`} name="monthly" min={0} value={keep.monthly} failure={failure} />
          </fieldset>
        </>
      )}
    </Editor>
  );
}

interface KeepProps {
  readonly label: string;
  readonly name: string;
  readonly min: number;
  readonly value: number;
  readonly failure: ApiFailure | undefined;
}

function Keep({ label, name, min, value, failure }: KeepProps) {
  return (
    <Field
      label={label}
      name={name}
      type="number"
      min={min}
      max={999}
      required
      defaultValue={String(value)}
      error={errorOf(failure, `keep.${name}`)}
    />
  );
}

function read(form: HTMLFormElement): Schemas['BackupPolicyInput'] | null {
  if (textOf(form, 'default') === 'on') return null;
  const every = textOf(form, 'every').trim();
  const number = (name: string) => Number(textOf(form, name));
  const keep = { daily: number('daily'), weekly: number('weekly'), monthly: number('monthly') };
  return { every: every === '' ? null : every, keep };
}

const errorOf = (failure: ApiFailure | undefined, name: string) => failure?.of(`backupPolicy.${name}`);
