import { Dialog, Editor, Field, textOf, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schemas, unwrap } from '../api/client.js';
import { TypedConfirm } from '../shared/typed-confirm.js';

interface RestoreProps {
  readonly slug: string;
  readonly backupId: string;
  readonly onClose: () => void;
}

const restore = (id: string, body: Schemas['RestoreBackupDto'], key: string) =>
  unwrap(
    api.POST('/api/v1/backups/{id}/restore', { params: { path: { id }, header: { 'Idempotency-Key': key } }, body }),
  );

/** Makes a tenant of its own of an archive; its page then shows how it is filled. */
export function RestoreAsNew({ slug, backupId, onClose }: RestoreProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <Dialog open onClose={onClose} title={t`New tenant from a backup of ${slug}`} closeLabel={t`Close`}>
      <p className="text-muted">
        <Trans>
          No mail leaves it, its webhooks are off and its API keys are revoked, until its admins want otherwise.
        </Trans>
      </p>
      <Editor
        read={(form) => ({
          as: 'NEW' as const,
          name: textOf(form, 'name').trim(),
          slug: textOf(form, 'slug').trim(),
        })}
        save={(body, key) => restore(backupId, body, key)}
        onSaved={(made) => void navigate({ to: '/tenants/$slug', params: { slug: 'slug' in made ? made.slug : slug } })}
        keys={[['tenants'], ['fleet']]}
        action={<Trans>Create the tenant</Trans>}
      >
        {(failure) => (
          <>
            <Field label={t`Name`} name="name" required maxLength={200} error={failure?.of('name')} />
            <Field
              label={t`Slug`}
              name="slug"
              required
              maxLength={50}
              defaultValue={`${slug.slice(0, 41)}-restored`}
              hint={t`The first part of its address. It never changes.`}
              error={failure?.code === 'slug_taken' ? t`Another tenant has this slug.` : failure?.of('slug')}
            />
          </>
        )}
      </Editor>
    </Dialog>
  );
}

/** Puts an archive into the place of its tenant's database, once the slug was typed. */
export function RestoreInPlace({ slug, backupId, onClose, onBegun }: RestoreProps & { onBegun: (id: string) => void }) {
  const { t } = useLingui();
  const replace = useWrite(() => restore(backupId, { as: 'REPLACE' }, crypto.randomUUID()), {
    keys: [['tenants'], ['fleet']],
    onDone: ({ id }) => {
      onBegun(id);
      onClose();
    },
  });
  return (
    <TypedConfirm
      title={t`Replace the database of ${slug}`}
      word={slug}
      action={<Trans>Replace</Trans>}
      isBusy={replace.isPending}
      onConfirm={() => replace.mutate()}
      onClose={onClose}
    >
      <p>
        <Trans>
          The tenant goes back to what it was when the backup was taken. What came after is archived before it goes, and
          everybody has to sign in again.
        </Trans>
      </p>
    </TypedConfirm>
  );
}
