import { CheckField, Editor, Field, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { api, type MigrationRun, type Schemas, unwrap } from '../api/client.js';
import { wavesOf } from './waves.js';

/** How carefully a run goes: who comes first, in how many waves, and when it stops by itself. */
export function NewRunForm({ onBegun }: { onBegun: (run: MigrationRun) => void }) {
  const { t } = useLingui();
  return (
    <Editor
      read={read}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/migration-runs', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={onBegun}
      keys={[['runs'], ['fleet']]}
      action={<Trans>Begin the run</Trans>}
    >
      {(failure) => (
        <>
          <Field
            label={t`Tenants that come first`}
            name="canary"
            type="number"
            min={1}
            max={1000}
            hint={t`The others begin only when all of these have succeeded.`}
            error={failure?.of('canary')}
          />
          <Field
            label={t`Waves`}
            name="waves"
            defaultValue="5, 25"
            hint={t`Percents of the tenants, ascending; then the rest.`}
            error={failure?.problem.errors?.find(({ field }) => field.startsWith('waves'))?.message}
          />
          <Field
            label={t`Soak`}
            name="soak"
            defaultValue="10m"
            hint={t`How long it waits after the first ones and after each wave, such as 10m or 1h.`}
            error={failure?.of('soak')}
          />
          <Field
            label={t`Failures that halt it`}
            name="maxFailures"
            type="number"
            min={1}
            defaultValue="1"
            error={failure?.of('maxFailures')}
          />
          <Field
            label={t`At the same time on each server`}
            name="perServer"
            type="number"
            min={1}
            max={50}
            error={failure?.of('perServer')}
          />
          <CheckField label={t`Dry run`} name="dryRun" hint={t`Says what would be done, and changes nothing.`} />
        </>
      )}
    </Editor>
  );
}

function read(form: HTMLFormElement): Schemas['CreateMigrationRunDto'] {
  const number = (name: string) => (textOf(form, name) === '' ? {} : { [name]: Number(textOf(form, name)) });
  const soak = textOf(form, 'soak').trim();
  const waves = wavesOf(textOf(form, 'waves'));
  return {
    ...number('canary'),
    ...number('maxFailures'),
    ...number('perServer'),
    ...(waves.length === 0 ? {} : { waves }),
    ...(soak === '' ? {} : { soak }),
    dryRun: textOf(form, 'dryRun') === 'on',
  };
}
