import {
  Badge,
  Button,
  Dialog,
  EmptyState,
  Field,
  Listing,
  Page,
  pages,
  Row,
  SelectField,
  useTitle,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api, type User, unwrap } from '../api/client.js';
import { NewUser } from './new-user.js';
import { roleLabels, roles, userStatuses, userStatusLabels, userStatusTones } from './role-labels.js';

interface Filters {
  readonly q: string;
  readonly role: User['role'] | '';
  readonly status: User['status'] | '';
}

const usersList = ({ q, role, status }: Filters) =>
  pages(['users', q, role, status], (cursor, signal) => {
    const chosen = {
      ...(q === '' ? {} : { q }),
      ...(role === '' ? {} : { role: [role] }),
      ...(status === '' ? {} : { status: [status] }),
    };
    return unwrap(
      api.GET('/api/v1/users', { params: { query: { ...chosen, sort: 'name', limit: 50, cursor } }, signal }),
    );
  });

/** Everybody who has an account. */
export function UsersPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Users`);
  const navigate = useNavigate();
  const [filters, filter] = useState<Filters>({ q: '', role: '', status: '' });
  const [adds, add] = useState(false);
  const q = useDeferredValue(filters.q.trim());
  const list = useInfiniteQuery({ ...usersList({ ...filters, q }), placeholderData: keepPreviousData });
  return (
    <Page
      title={t`Users`}
      action={
        <Button look="primary" onClick={() => add(true)}>
          <Trans>New user</Trans>
        </Button>
      }
    >
      <search className="grid gap-3 sm:grid-cols-[1fr_auto_auto]">
        <Field
          label={t`Name or address`}
          type="search"
          maxLength={200}
          value={filters.q}
          onChange={({ target }) => filter({ ...filters, q: target.value })}
        />
        <SelectField
          label={t`Role`}
          className="min-h-9!"
          value={filters.role}
          onChange={({ target }) => filter({ ...filters, role: target.value as Filters['role'] })}
        >
          <option value="">{t`All`}</option>
          {roles.map((role) => (
            <option key={role} value={role}>
              {i18n._(roleLabels[role])}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t`Status`}
          className="min-h-9!"
          value={filters.status}
          onChange={({ target }) => filter({ ...filters, status: target.value as Filters['status'] })}
        >
          <option value="">{t`All`}</option>
          {userStatuses.map((status) => (
            <option key={status} value={status}>
              {i18n._(userStatusLabels[status])}
            </option>
          ))}
        </SelectField>
      </search>
      <Listing
        list={list}
        empty={
          <EmptyState icon={<Users aria-hidden />} title={t`Nobody found`}>
            <Trans>Nobody fits what you have chosen.</Trans>
          </EmptyState>
        }
      >
        {({ id, name, email, role, status }) => (
          <Row
            title={
              <Link to="/manage/users/$id" params={{ id }} className="after:absolute after:inset-0">
                {name}
              </Link>
            }
            details={email}
            aside={
              <>
                <span className="text-xs text-muted">{i18n._(roleLabels[role])}</span>
                <Badge tone={userStatusTones[status]}>{i18n._(userStatusLabels[status])}</Badge>
              </>
            }
          />
        )}
      </Listing>
      <Dialog open={adds} onClose={() => add(false)} title={t`New user`} closeLabel={t`Close`}>
        <NewUser onMade={({ id }) => void navigate({ to: '/manage/users/$id', params: { id } })} />
      </Dialog>
    </Page>
  );
}
