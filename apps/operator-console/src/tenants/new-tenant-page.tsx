import { Editor, Field, Page, Section, textOf, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../api/client.js';
import { PlanField } from '../shared/plan-field.js';
import { SlugField } from '../shared/slug-field.js';
import { slugOf } from './slug.js';

/** A tenant with its first admin; its page then shows how it is made. */
export function NewTenantPage() {
  const { t } = useLingui();
  useTitle(t`New tenant`);
  const navigate = useNavigate();
  const [slug, setSlug] = useState('');
  const [isOwn, own] = useState(false);
  return (
    <Page title={t`New tenant`} about={<Trans>It gets a database of its own. This takes a moment.</Trans>}>
      <Section title={<Trans>The helpdesk</Trans>}>
        <Editor
          read={(form) => {
            const password = textOf(form, 'password');
            return {
              name: textOf(form, 'name').trim(),
              slug: textOf(form, 'slug').trim(),
              plan: textOf(form, 'plan'),
              admin: {
                name: textOf(form, 'adminName').trim(),
                email: textOf(form, 'adminEmail').trim(),
                ...(password === '' ? {} : { password }),
              },
            };
          }}
          save={(body, key) =>
            unwrap(api.POST('/api/v1/tenants', { params: { header: { 'Idempotency-Key': key } }, body }))
          }
          onSaved={(tenant) => void navigate({ to: '/tenants/$slug', params: { slug: tenant.slug } })}
          keys={[['tenants'], ['fleet']]}
          action={<Trans>Create the tenant</Trans>}
        >
          {(failure) => (
            <>
              <Field
                label={t`Name`}
                name="name"
                required
                maxLength={200}
                autoFocus
                onChange={({ target }) => isOwn || setSlug(slugOf(target.value))}
                error={failure?.of('name')}
              />
              <SlugField
                value={slug}
                onChange={({ target }) => {
                  own(target.value !== '');
                  setSlug(target.value);
                }}
                failure={failure}
              />
              <PlanField error={failure?.of('plan')} />
              <Field
                label={t`Name of the first admin`}
                name="adminName"
                required
                maxLength={200}
                error={failure?.of('admin.name')}
              />
              <Field
                label={t`Email of the first admin`}
                name="adminEmail"
                type="email"
                required
                error={failure?.of('admin.email')}
              />
              <Field
                label={t`Password of the first admin`}
                name="password"
                type="password"
                autoComplete="new-password"
                maxLength={128}
                hint={t`Leave it empty to invite the admin by a link instead.`}
                error={failure?.of('admin.password')}
              />
            </>
          )}
        </Editor>
      </Section>
    </Page>
  );
}
