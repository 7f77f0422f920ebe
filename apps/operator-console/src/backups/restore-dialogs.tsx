import { Dialog, Editor, Field, TextArea, textOf, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schemas, unwrap } from '../api/client.js';
import { SlugField } from '../shared/slug-field.js';
import { namesIn } from '../shared/names.js';
import { TypedConfirm } from '../shared/typed-confirm.js';

interface RestoreProps {
  readonly slug: string;
  readonly backupId: string;
  readonly onClose: () => void;
}

interface BegunRestoreProps extends RestoreProps {
  /** Told the restore's id, by which its progress is read. */
  readonly onBegun: (id: string) => void;
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
            <SlugField defaultValue={`${slug.slice(0, 41)}-restored`} failure={failure} />
          </>
        )}
      </Editor>
    </Dialog>
  );
}

/** Puts an archive into the place of its tenant's database, once the slug was typed. */
export function RestoreInPlace({ slug, backupId, onClose, onBegun }: BegunRestoreProps) {
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

/** Brings tickets back into the live helpdesk, under their numbers. */
export function RestoreTickets({ slug, backupId, onClose, onBegun }: BegunRestoreProps) {
  const { t } = useLingui();
  return (
    <Dialog open onClose={onClose} title={t`Tickets from a backup of ${slug}`} closeLabel={t`Close`}>
      <Editor
        read={(form) => namesIn(textOf(form, 'numbers').replaceAll('#', ' ')).map(Number)}
        save={(numbers, key) =>
          unwrap(
            api.POST('/api/v1/backups/{id}/tickets/restore', {
              params: { path: { id: backupId }, header: { 'Idempotency-Key': key } },
              body: { numbers },
            }),
          )
        }
        onSaved={({ id }) => {
          onBegun(id);
          onClose();
        }}
        keys={[]}
        action={<Trans>Restore the tickets</Trans>}
      >
        {(failure) => (
          <>
            <p className="text-muted">
              <Trans>
                Those that are gone come back with comments, files and links. What is there stays as it is, and nothing
                is sent again.
              </Trans>
            </p>
            <TextArea
              label={t`Numbers of the tickets`}
              name="numbers"
              rows={2}
              required
              hint={t`With commas between them, such as 12, 40. 100 at most.`}
              error={failure?.problem.errors?.find(({ field }) => field.startsWith('numbers'))?.message}
            />
          </>
        )}
      </Editor>
    </Dialog>
  );
}
