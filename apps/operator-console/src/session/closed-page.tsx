import { Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { EntryFrame } from './entry-frame.js';

/** The control API does not answer. */
export function UnreachablePage() {
  const { t } = useLingui();
  return (
    <EntryFrame title={t`The control plane cannot be reached`}>
      <p className="mb-5 text-center text-muted">
        <Trans>Look at your connection, then try again. The helpdesks go on without it.</Trans>
      </p>
      <Button look="primary" className="min-h-10 w-full" onClick={() => location.reload()}>
        <Trans>Try again</Trans>
      </Button>
    </EntryFrame>
  );
}

/** A session's cookie is only kept where nobody can read along. */
export function InsecurePage() {
  const { t } = useLingui();
  const address = `https://${location.host}`;
  return (
    <EntryFrame title={t`This page needs https`}>
      <p className="text-center text-muted">
        <Trans>Signing in is only safe over an encrypted connection. Open {address} instead.</Trans>
      </p>
    </EntryFrame>
  );
}
