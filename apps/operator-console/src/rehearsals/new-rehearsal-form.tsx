import { type ApiFailure, Editor, TextArea, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { api, type Schemas, unwrap } from '../api/client.js';
import { namesIn } from '../shared/names.js';

/** Which migrations are tried, and on whose copies beside the ones that are always chosen. */
export function NewRehearsalForm({ onBegun }: { onBegun: (rehearsal: Schemas['RehearsalReportDto']) => void }) {
  const { t } = useLingui();
  return (
    <Editor
      read={read}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/migration-rehearsals', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={onBegun}
      keys={[['rehearsals', 'list']]}
      action={<Trans>Begin the rehearsal</Trans>}
    >
      {(failure) => (
        <>
          <p className="text-muted">
            <Trans>
              Copies of the largest, the oldest and a random tenant are migrated away from traffic, and dropped. No
              tenant changes.
            </Trans>
          </p>
          <TextArea
            label={t`Tenants beside these`}
            name="tenants"
            rows={2}
            hint={t`Their slugs, with commas between them.`}
            error={errorIn(failure, 'tenants')}
          />
          <TextArea
            label={t`Migrations`}
            name="migrations"
            rows={2}
            hint={t`Their names, with commas between them. Leave it empty for all that a tenant lacks.`}
            error={errorIn(failure, 'migrations')}
          />
        </>
      )}
    </Editor>
  );
}

function read(form: HTMLFormElement): Schemas['CreateRehearsalDto'] {
  const [tenants, migrations] = [namesIn(textOf(form, 'tenants')), namesIn(textOf(form, 'migrations'))];
  return {
    ...(tenants.length === 0 ? {} : { tenants: [...tenants] }),
    ...(migrations.length === 0 ? {} : { migrations: [...migrations] }),
  };
}

/** What the server said against a list, or against one item of it. */
const errorIn = (failure: ApiFailure | undefined, list: string) =>
  failure?.problem.errors?.find(({ field }) => field === list || field.startsWith(`${list}.`))?.message;
