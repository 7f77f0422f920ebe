import { Failed, Page, Section, useTitle, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { AwayForm } from '../account/away-form.js';
import type { User } from '../api/client.js';
import { useMe } from '../session/session.js';
import { userQuery } from '../tickets/people-queries.js';
import { UserAccess } from './user-access.js';
import { UserData } from './user-data.js';
import { UserForm } from './user-form.js';

export function UserPage() {
  const { t } = useLingui();
  const { id = '' } = useParams({ strict: false });
  useTitle(t`User`);
  const user = useQuery(userQuery(id));
  if (user.isPending) return <Waiting label={t`Loading…`} />;
  if (user.data === undefined) return <Failed error={user.error} onRetry={() => void user.refetch()} />;
  return <Shown user={user.data} />;
}

/** One account: who it is, how it is entered, and what is stored of the person. */
function Shown({ user }: { user: User }) {
  const me = useMe();
  const { id, name, email, role } = user;
  return (
    <Page
      title={name}
      about={email}
      action={
        <Link to="/tickets" search={{ author: id }} className="font-medium text-accent-text underline">
          <Trans>Tickets by this person</Trans>
        </Link>
      }
    >
      <Section title={<Trans>Profile</Trans>}>
        <UserForm key={user.version} user={user} />
      </Section>
      {me.role === 'ADMIN' || role === 'CUSTOMER' ? (
        <Section title={<Trans>Access</Trans>}>
          <UserAccess user={user} />
        </Section>
      ) : null}
      {me.role === 'ADMIN' && role !== 'CUSTOMER' ? (
        <Section title={<Trans>Away for a while</Trans>}>
          <AwayForm user={user} isOwn={id === me.id} />
        </Section>
      ) : null}
      {me.role === 'ADMIN' ? (
        <Section title={<Trans>Personal data</Trans>}>
          <UserData user={user} />
        </Section>
      ) : null}
    </Page>
  );
}
