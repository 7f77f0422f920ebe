import { CheckField, Dialog, Editor, Field, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Tenant, unwrap } from '../api/client.js';
import { SlugField } from '../shared/slug-field.js';
import { useMay } from '../session/session.js';

/** Makes a tenant of its own with what another one has; only OWNERs may take real names and texts along. */
export function CloneDialog({ tenant: { slug, name }, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { t } = useLingui();
  const { own } = useMay();
  const navigate = useNavigate();
  const [isAnonymous, anonymize] = useState(true);
  return (
    <Dialog open onClose={onClose} title={t`Clone ${slug}`} closeLabel={t`Close`}>
      <Editor
        read={(form) => ({
          name: textOf(form, 'name').trim(),
          slug: textOf(form, 'slug').trim(),
          anonymize: isAnonymous,
        })}
        save={(body, key) =>
          unwrap(
            api.POST('/api/v1/tenants/{id}/clone', {
              params: { path: { id: slug }, header: { 'Idempotency-Key': key } },
              body,
            }),
          )
        }
        onSaved={(clone) => void navigate({ to: '/tenants/$slug', params: { slug: clone.slug } })}
        keys={[['tenants'], ['fleet']]}
        action={<Trans>Clone it</Trans>}
      >
        {(failure) => (
          <>
            <p className="text-muted">
              <Trans>
                It serves beside the original. Nobody has a password there: invite its admin. No mail leaves it, and its
                webhooks are off.
              </Trans>
            </p>
            <Field
              label={t`Name`}
              name="name"
              required
              maxLength={200}
              defaultValue={name}
              error={failure?.of('name')}
            />
            <SlugField defaultValue={`${slug.slice(0, 44)}-clone`} failure={failure} />
            <CheckField
              label={t`Anonymize`}
              checked={isAnonymous}
              disabled={!own}
              onChange={({ target }) => anonymize(target.checked)}
              hint={t`Names, addresses and texts are replaced, files by placeholders. Only owners clone without it.`}
            />
          </>
        )}
      </Editor>
    </Dialog>
  );
}
