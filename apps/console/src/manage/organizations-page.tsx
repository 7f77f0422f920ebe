import {
  Badge,
  Button,
  CheckField,
  Confirm,
  Dialog,
  Editor,
  EmptyState,
  Field,
  Listing,
  Page,
  pages,
  Row,
  textOf,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Building2 } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';

type Organization = Schemas['OrganizationDto'];

const organizationsList = (q: string) =>
  pages(['organizations', 'list', q], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/organizations', {
        params: { query: { ...(q === '' ? {} : { q }), limit: 50, cursor } },
        signal,
      }),
    ),
  );

/** Where customers come from. */
export function OrganizationsPage() {
  const { t } = useLingui();
  useTitle(t`Organizations`);
  const me = useMe();
  const [text, type] = useState('');
  const [edited, edit] = useState<Organization | 'new'>();
  const [doomed, doom] = useState<Organization>();
  const q = useDeferredValue(text.trim());
  const list = useInfiniteQuery({ ...organizationsList(q), placeholderData: keepPreviousData });
  const remove = useWrite(
    ({ id, version }: Organization) =>
      unwrap(
        api.DELETE('/api/v1/organizations/{id}', {
          params: { path: { id }, header: { 'If-Match': `"${version}"` } },
        }),
      ),
    { keys: [['organizations'], ['organization'], ['user']], onDone: () => doom(undefined) },
  );
  return (
    <Page
      title={t`Organizations`}
      action={
        <Button look="primary" onClick={() => edit('new')}>
          <Trans>New organization</Trans>
        </Button>
      }
    >
      <search>
        <Field
          label={t`Name`}
          type="search"
          maxLength={200}
          value={text}
          onChange={({ target }) => type(target.value)}
        />
      </search>
      <Listing
        list={list}
        empty={
          <EmptyState icon={<Building2 aria-hidden />} title={t`No organization found`}>
            <Trans>Customers of one organization can share their tickets.</Trans>
          </EmptyState>
        }
      >
        {(organization) => (
          <Row
            title={organization.name}
            aside={
              <>
                {organization.shared ? (
                  <Badge tone="accent">
                    <Trans>Shares its tickets</Trans>
                  </Badge>
                ) : null}
                <Button small aria-label={t`Edit ${organization.name}`} onClick={() => edit(organization)}>
                  <Trans>Edit</Trans>
                </Button>
                {me.role === 'ADMIN' ? (
                  <Button small aria-label={t`Delete ${organization.name}`} onClick={() => doom(organization)}>
                    <Trans>Delete</Trans>
                  </Button>
                ) : null}
              </>
            }
          />
        )}
      </Listing>
      <Dialog
        open={edited !== undefined}
        onClose={() => edit(undefined)}
        title={edited === 'new' ? t`New organization` : t`Edit the organization`}
        closeLabel={t`Close`}
      >
        <OrganizationForm organization={edited === 'new' ? undefined : edited} onSaved={() => edit(undefined)} />
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Delete the organization`}
        action={<Trans>Delete</Trans>}
        disabled={remove.isPending}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p>
          <Trans>{doomed?.name} is deleted. Its customers and their tickets stay, without an organization.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

function OrganizationForm({ organization, onSaved }: { organization: Organization | undefined; onSaved: () => void }) {
  const { t } = useLingui();
  const me = useMe();
  const isAdmin = me.role === 'ADMIN';
  return (
    <Editor
      read={(form) => ({
        name: textOf(form, 'name').trim(),
        ...(isAdmin ? { shared: textOf(form, 'shared') === 'on' } : {}),
      })}
      save={(body, key) =>
        organization === undefined
          ? unwrap(api.POST('/api/v1/organizations', { params: { header: { 'Idempotency-Key': key } }, body }))
          : unwrap(
              api.PATCH('/api/v1/organizations/{id}', {
                params: { path: { id: organization.id }, header: { 'If-Match': `"${organization.version}"` } },
                body,
              }),
            )
      }
      onSaved={onSaved}
      keys={[['organizations'], ['organization']]}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            required
            maxLength={200}
            defaultValue={organization?.name}
            error={failure?.of('name')}
          />
          {isAdmin ? (
            <CheckField
              label={t`Its customers see each other's tickets`}
              name="shared"
              defaultChecked={organization?.shared}
            />
          ) : null}
        </>
      )}
    </Editor>
  );
}
