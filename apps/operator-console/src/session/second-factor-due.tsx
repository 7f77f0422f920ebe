import { Button, FactorSetup } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { account } from '../account/account-routes.js';
import { EntryFrame } from './entry-frame.js';
import { secondFactorIsOn, signOut } from './session.js';

/** The installation demands a second factor of its operators; nothing else opens before it is set up. */
export default function SecondFactorDue() {
  const { t } = useLingui();
  return (
    <EntryFrame title={t`Operators need a second factor`}>
      <FactorSetup account={account} onDone={secondFactorIsOn} />
      <div className="mt-4 text-center">
        <Button look="quiet" onClick={() => void signOut()}>
          <Trans>Sign out</Trans>
        </Button>
      </div>
    </EntryFrame>
  );
}
