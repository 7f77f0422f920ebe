import { Page, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Isolation } from './isolation.js';
import { Reconciliation } from './reconciliation.js';

/** What the platform looks at by itself: whether tenants are isolated, and whether everything is as the catalog says. */
export function ChecksPage() {
  const { t } = useLingui();
  useTitle(t`Platform checks`);
  return (
    <Page
      wide
      title={t`Platform checks`}
      about={<Trans>Both run by themselves all the time. What they find is an incident too.</Trans>}
    >
      <Isolation />
      <Reconciliation />
    </Page>
  );
}
