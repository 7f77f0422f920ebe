import { Appearance, Page, PasswordForm, SecondFactor, Section, Sessions, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMe } from '../session/session.js';
import { account } from './account-routes.js';

/** What belongs to the operator who is signed in. */
export function AccountPage() {
  const { t } = useLingui();
  const me = useMe();
  useTitle(t`Your account`);
  return (
    <Page title={t`Your account`} about={`${me.name} · ${me.email}`}>
      <Section title={<Trans>Appearance</Trans>}>
        <Appearance />
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
    </Page>
  );
}
