import { Appearance, Failed, PasswordForm, SecondFactor, Section, Sessions, useTitle, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useMe } from '../session/session.js';
import { userQuery } from '../tickets/people-queries.js';
import { account } from './account-routes.js';
import { AlertChoices } from './alert-choices.js';
import { AwayForm } from './away-form.js';
import { MailForm } from './mail-form.js';
import { NotificationChoices } from './notification-choices.js';
import { UndoChoice } from './undo-choice.js';

function OwnAbsence() {
  const { t } = useLingui();
  const { id } = useMe();
  const user = useQuery(userQuery(id));
  if (user.isPending) return <Waiting label={t`Loading…`} />;
  if (user.data === undefined) return <Failed error={user.error} onRetry={() => void user.refetch()} />;
  return <AwayForm user={user.data} isOwn />;
}

/** What belongs to the person who is signed in. */
export function AccountPage() {
  const { t } = useLingui();
  const me = useMe();
  useTitle(t`Your account`);
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-6 px-4 py-6">
      <header>
        <h1 className="text-lg font-semibold tracking-tight">
          <Trans>Your account</Trans>
        </h1>
        <p className="text-muted">
          {me.name} · {me.email}
        </p>
      </header>
      <Section title={<Trans>Appearance</Trans>}>
        <Appearance />
      </Section>
      {me.role === 'CUSTOMER' ? null : (
        <>
          <Section title={<Trans>Replies</Trans>}>
            <UndoChoice />
          </Section>
          <Section title={<Trans>Away for a while</Trans>}>
            <OwnAbsence />
          </Section>
          <Section title={<Trans>Notifications</Trans>}>
            <NotificationChoices />
            <AlertChoices />
          </Section>
        </>
      )}
      <Section title={<Trans>Mails to you</Trans>}>
        <MailForm id={me.id} />
      </Section>
      <Section title={<Trans>Password</Trans>}>
        <PasswordForm account={account} email={me.email} />
      </Section>
      <Section title={<Trans>Second factor</Trans>}>
        <SecondFactor account={account} />
      </Section>
      <Section title={<Trans>Where you are signed in</Trans>}>
        <Sessions account={account} />
      </Section>
    </div>
  );
}
