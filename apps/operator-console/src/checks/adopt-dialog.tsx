import { Dialog, Editor, Field, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schemas, unwrap } from '../api/client.js';
import { PlanField } from '../shared/plan-field.js';
import { SlugField } from '../shared/slug-field.js';

interface AdoptDialogProps {
  readonly finding: Schemas['FindingDto'];
  readonly onClose: () => void;
}

/** Takes a tenant's database that the catalog does not know, after an older control database was restored. */
export function AdoptDialog({ finding: { serverId, subject }, onClose }: AdoptDialogProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <Dialog open onClose={onClose} title={t`Take the database into the catalog`} closeLabel={t`Close`}>
      <div className="flex flex-col gap-4">
        <p>
          <Trans>
            <code className="break-all">{subject}</code> says that it belongs to a tenant of this installation. Its
            sessions and second factors are gone, and its webhooks are off.
          </Trans>
        </p>
        <Editor
          read={(form) => ({
            serverId: serverId ?? '',
            databaseName: subject,
            slug: textOf(form, 'slug').trim(),
            name: textOf(form, 'name').trim(),
            plan: textOf(form, 'plan'),
          })}
          save={(body) => unwrap(api.POST('/api/v1/tenants/adopt', { body }))}
          onSaved={({ slug }) => void navigate({ to: '/tenants/$slug', params: { slug } })}
          keys={[['tenants'], ['fleet'], ['reconciliation'], ['incidents'], ['plans']]}
          action={<Trans>Adopt</Trans>}
        >
          {(failure) => (
            <>
              <Field label={t`Name`} name="name" required maxLength={200} error={failure?.of('name')} />
              <SlugField failure={failure} hint={t`The one that it had.`} />
              <PlanField error={failure?.of('plan')} />
            </>
          )}
        </Editor>
      </div>
    </Dialog>
  );
}
